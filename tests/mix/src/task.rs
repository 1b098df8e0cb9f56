//! How a task performs its script.

use std::fmt::Debug;
use std::future::poll_fn;
use std::ops::DerefMut;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, Waker};

use underlock::waiting::AcquirePermit;
use underlock::{
    Barrier, BoundedSemaphore, Condition, Conditions, Guard, OwnedGuard, OwnedPermit, Permit,
    PermitSource, Semaphore, Shared,
};

use crate::program::{
    Afterwards, Futurelock, How, Inside, Lock, Notify, Patience, Pool, Script, Step, Then, Way,
    WhichWaker, WithPermits,
};
use crate::queue::{Manner, Observed, ObservedQueue};
use crate::relay::Relay;
use crate::world::{self, Alone, Counted, Monitor, State, World};

impl World {
    /// Performs a script as task number `who`.
    pub async fn perform(&self, who: usize, script: &Script) {
        let actor = Actor { world: self, who };
        let mut steps = Box::pin(async {
            for step in &script.steps {
                actor.perform(step).await;
                self.performed.fetch_add(1, Ordering::Relaxed);
            }
        });
        let mut polls = 0;
        poll_fn(|cx| {
            if script.life == Some(polls) {
                return Poll::Ready(());
            }
            polls += 1;
            steps.as_mut().poll(cx)
        })
        .await;
    }
}

struct Actor<'w> {
    world: &'w World,
    who: usize,
}

type Performance<'a> = Pin<Box<dyn Future<Output = ()> + Send + 'a>>;

/// A lock's guard, with the proof of mutual exclusion, which is dropped first.
struct Visit<'w, G> {
    alone: Alone<'w>,
    guard: G,
}

/// Permits, with their account, which is dropped first.
struct Holding<'w, P> {
    counted: Counted<'w>,
    permit: P,
}

enum Entered<'w, const N: usize>
where
    State: Conditions<N>,
{
    Borrowed(Visit<'w, Guard<'w, State, N>>),
    Owned(Visit<'w, OwnedGuard<State, N>>),
}

impl<'w> Actor<'w> {
    fn perform<'a>(&'a self, step: &'a Step) -> Performance<'a> {
        let world = self.world;
        match step {
            Step::Yield => Box::pin(yield_now()),
            Step::Lock(Lock::Plain, how, inside) => Box::pin(async {
                match self.enter(&world.plain, *how).await {
                    Some(Entered::Borrowed(visit)) => self.stay(visit, inside).await,
                    Some(Entered::Owned(visit)) => self.stay(visit, inside).await,
                    None => {}
                }
            }),
            Step::Lock(Lock::Shared, how, inside) => Box::pin(async {
                match self.enter(&world.shared, *how).await {
                    Some(Entered::Borrowed(visit)) => self.converse(visit, inside).await,
                    Some(Entered::Owned(visit)) => self.stay(visit, inside).await,
                    None => {}
                }
            }),
            Step::Permits(Pool::Semaphore, n, how, inside) => {
                Box::pin(self.permits(&world.semaphore, *n, *how, inside))
            }
            Step::Permits(Pool::Bounded, n, how, inside) => {
                Box::pin(self.permits(&world.bounded, *n, *how, inside))
            }
            Step::Add(n) => Box::pin(async {
                // Otherwise there would be more and more of them, and no task would wait.
                if world.semaphore.is_scarce() {
                    world.add(*n);
                }
            }),
            Step::Set => Box::pin(async { world.set() }),
            Step::Clear => Box::pin(async { world.event.clear() }),
            Step::Await(patience) => Box::pin(async {
                self.wait(*patience, self.event()).await;
            }),
            Step::Meet(patience) => Box::pin(async {
                self.wait(*patience, self.meet()).await;
            }),
            Step::Reset => Box::pin(async { world.end_meeting(Barrier::reset) }),
            Step::Abort => Box::pin(async { world.end_meeting(Barrier::abort) }),
            Step::Futurelock(what, afterwards) => self.futurelock(*what, *afterwards),
            Step::Together(both) => {
                let mut both = both.each_ref().map(|step| Some(self.perform(step)));
                Box::pin(poll_fn(move |cx| {
                    for one in &mut both {
                        one.take_if(|one| one.as_mut().poll(cx).is_ready());
                    }
                    if both.iter().all(Option::is_none) { Poll::Ready(()) } else { Poll::Pending }
                }))
            }
        }
    }

    // === waiting ===

    /// Awaits a future, or cancels it.
    async fn wait<T>(&self, patience: Patience, future: impl Future<Output = T>) -> Option<T> {
        let mut future = pin!(future);
        let mut polls = 0;
        let mut relay: Option<Arc<Relay>> = None;
        poll_fn(|cx| {
            if patience.then != Then::Wait && polls > patience.polls {
                return Poll::Ready(None);
            }
            polls += 1;
            if let WhichWaker::Fresh = patience.waker {
                relay.take().inspect(|last| last.cut());
            }
            let waker = match patience.waker {
                WhichWaker::Own => cx.waker().clone(),
                WhichWaker::Another | WhichWaker::Fresh => {
                    let relay = relay.get_or_insert_with(|| self.relay(cx.waker()));
                    Waker::from(Arc::clone(relay))
                }
            };
            let outcome = future.as_mut().poll(&mut Context::from_waker(&waker)).map(Some);
            let at_once = polls <= patience.polls || patience.then == Then::Drop;
            if outcome.is_pending() && at_once {
                cx.waker().wake_by_ref();
            }
            outcome
        })
        .await
    }

    fn queues<F: Future>(
        &self,
        queue: &'w ObservedQueue,
        wanted: usize,
        future: F,
    ) -> Observed<'w, F> {
        Observed::new(queue, self.who, wanted, Manner::Acquires, future)
    }

    fn relay(&self, task: &Waker) -> Arc<Relay> {
        let relay = Arc::new(Relay::new(task.clone()));
        self.world.keep(self.who, Arc::clone(&relay));
        relay
    }

    /// Polls `first` once, awaits `second`, then awaits or drops `first`.
    async fn with_unpolled<T>(
        &self,
        first: impl Future<Output = T>,
        second: impl Future<Output = ()>,
        afterwards: Afterwards,
    ) {
        let mut first = pin!(first);
        let outcome = poll_fn(|cx| Poll::Ready(first.as_mut().poll(cx))).await;
        if outcome.is_ready() {
            return;
        }
        second.await;
        if let Afterwards::Await = afterwards {
            first.await;
        }
    }

    fn futurelock(&self, what: Futurelock, afterwards: Afterwards) -> Performance<'_> {
        let world = self.world;
        match what {
            Futurelock::Lock(Lock::Plain) => Box::pin(self.with_unpolled(
                self.visit(&world.plain),
                async { drop(self.visit(&world.plain).await) },
                afterwards,
            )),
            Futurelock::Lock(Lock::Shared) => Box::pin(self.with_unpolled(
                self.visit(&world.shared),
                async { drop(self.visit(&world.shared).await) },
                afterwards,
            )),
            Futurelock::Condition(0) => Box::pin(self.unpolled_condition::<0>(afterwards)),
            Futurelock::Condition(_) => Box::pin(self.unpolled_condition::<1>(afterwards)),
            Futurelock::Permits(Pool::Semaphore, first, second) => {
                Box::pin(self.unpolled_permits(&world.semaphore, first, second, afterwards))
            }
            Futurelock::Permits(Pool::Bounded, first, second) => {
                Box::pin(self.unpolled_permits(&world.bounded, first, second, afterwards))
            }
            Futurelock::Event => {
                Box::pin(self.with_unpolled(self.event(), yield_now(), afterwards))
            }
            Futurelock::Barrier => {
                Box::pin(self.with_unpolled(self.meet(), yield_now(), afterwards))
            }
        }
    }

    // === locks ===

    async fn enter<const N: usize>(
        &self,
        monitor: &'w Monitor<N>,
        how: How,
    ) -> Option<Entered<'w, N>>
    where
        State: Conditions<N>,
    {
        let Monitor { lock, queue, .. } = monitor;
        let came = queue.now();
        let borrowed = match how {
            How::TryOwned => {
                let guard = Arc::clone(lock).try_acquire_owned()?;
                queue.took(self.who, came);
                return Some(Entered::Owned(Visit::new(monitor, guard)));
            }
            How::WaitOwned(patience) => {
                let acquire = Arc::clone(lock).acquire_owned();
                let guard = self.wait(patience, self.queues(queue, 1, acquire)).await?;
                return Some(Entered::Owned(Visit::new(monitor, guard)));
            }
            How::Wait(patience) => {
                return self.wait(patience, self.visit(monitor)).await.map(Entered::Borrowed);
            }
            How::Block if !self.world.engine.blocks => {
                return Some(Entered::Borrowed(self.visit(monitor).await));
            }
            How::Block => lock.blocking_acquire(),
            How::Try => lock.try_acquire()?,
        };
        queue.took(self.who, came);
        Some(Entered::Borrowed(Visit::new(monitor, borrowed)))
    }

    async fn visit<const N: usize>(&self, monitor: &'w Monitor<N>) -> Visit<'w, Guard<'w, State, N>>
    where
        State: Conditions<N>,
    {
        let acquire = self.queues(&monitor.queue, 1, monitor.lock.acquire());
        Visit::new(monitor, acquire.await)
    }

    /// Performs steps that need no condition.
    async fn stay<G>(&self, visit: Visit<'w, G>, inside: &[Inside]) {
        for step in inside {
            match step {
                Inside::Yield => yield_now().await,
                Inside::Panic => return visit.panic(),
                Inside::Give { .. } | Inside::Take { .. } => {}
            }
        }
    }

    async fn converse(&self, mut visit: Visit<'w, Guard<'w, State, 2>>, inside: &[Inside]) {
        for step in inside {
            let after = match *step {
                Inside::Yield => {
                    yield_now().await;
                    Some(visit)
                }
                Inside::Give { side: 0, tokens, notify } => {
                    self.give::<0>(&mut visit, tokens, notify);
                    Some(visit)
                }
                Inside::Give { tokens, notify, .. } => {
                    self.give::<1>(&mut visit, tokens, notify);
                    Some(visit)
                }
                Inside::Take { side: 0, way, patience } => {
                    self.take::<0>(visit, way, patience).await
                }
                Inside::Take { way, patience, .. } => self.take::<1>(visit, way, patience).await,
                Inside::Panic => return visit.panic(),
            };
            match after {
                Some(after) => visit = after,
                None => return,
            }
        }
    }

    /// Takes a token, and waits until there is one or the program is wound up.
    async fn take<const SIDE: usize>(
        &self,
        Visit { alone, guard }: Visit<'w, Guard<'w, State, 2>>,
        way: Way,
        patience: Patience,
    ) -> Option<Visit<'w, Guard<'w, State, 2>>> {
        drop(alone);
        let round = guard.round;
        let looks = Arc::<AtomicBool>::default();
        let is_there = |state: &State| {
            looks.store(true, Ordering::Relaxed);
            state.tokens[SIDE] > 0 || state.round != round
        };
        let take = |state: &mut State| {
            let there = is_there(state);
            state.tokens[SIDE] = state.tokens[SIDE].saturating_sub(1);
            there.then_some(())
        };
        let condition = Condition::<State, Shared<SIDE>>::shared();
        let mut guard = match way {
            Way::WaitForSome => {
                let wait = guard.wait_for_some(&condition, take);
                let (guard, ()) = self.wait(patience, self.waits(SIDE, way, &looks, wait)).await?;
                return Some(Visit { alone: self.world.shared.come_back(), guard });
            }
            Way::WaitFor => {
                let wait = guard.wait_for(&condition, is_there);
                self.wait(patience, self.waits(SIDE, way, &looks, wait)).await?
            }
            Way::Wait if is_there(&guard) => guard,
            Way::Wait => {
                let wait = guard.wait(&condition);
                self.wait(patience, self.waits(SIDE, way, &looks, wait)).await?
            }
        };
        let alone = self.world.shared.come_back();
        take(&mut guard);
        Some(Visit { alone, guard })
    }

    fn give<const SIDE: usize>(
        &self,
        Visit { guard, .. }: &mut Visit<'w, Guard<'w, State, 2>>,
        tokens: usize,
        notify: Notify,
    ) {
        let condition = Condition::<State, Shared<SIDE>>::shared();
        guard.tokens[SIDE] += tokens;
        match notify {
            Notify::AsMany => guard.notify(&condition, tokens),
            Notify::All => {
                guard.notify_all(&condition);
                self.world.shared.queue.notify_all(SIDE);
            }
        }
    }

    fn waits<F: Future>(
        &self,
        side: usize,
        way: Way,
        looks: &Arc<AtomicBool>,
        wait: F,
    ) -> Observed<'w, F> {
        let manner = Manner::Waits { side, once: matches!(way, Way::Wait) };
        let queue = &self.world.shared.queue;
        Observed::new(queue, self.who, 1, manner, wait).looking(Arc::clone(looks))
    }

    /// Waits for a condition in a future that it stops polling, and notifies it.
    async fn unpolled_condition<const SIDE: usize>(&self, afterwards: Afterwards) {
        let shared = &self.world.shared;
        let visit = self.visit(shared).await;
        let notify = async {
            let mut visit = self.visit(shared).await;
            self.give::<SIDE>(&mut visit, 1, Notify::AsMany);
        };
        let take = self.take::<SIDE>(visit, Way::Wait, Patience::ENDLESS);
        self.with_unpolled(take, notify, afterwards).await;
    }

    // === permits ===

    async fn permits<S: Kind>(
        &self,
        pool: &'w world::Pool<S>,
        n: usize,
        how: How,
        inside: &[WithPermits],
    ) {
        let source = &pool.source;
        let came = pool.queue.now();
        match how {
            How::Try => {
                if let Some(permit) = source.try_acquire(n) {
                    pool.queue.took(self.who, came);
                    self.hold(pool, n, permit, inside).await;
                }
            }
            How::TryOwned => {
                if let Some(permit) = Arc::clone(source).try_acquire_owned(n) {
                    pool.queue.took(self.who, came);
                    self.hold(pool, n, permit, inside).await;
                }
            }
            How::Wait(patience) => {
                let acquire = self.queues(&pool.queue, n, source.acquire(n));
                if let Some(permit) = self.wait(patience, acquire).await {
                    self.hold(pool, n, permit, inside).await;
                }
            }
            How::WaitOwned(patience) => {
                let acquire = Arc::clone(source).acquire_owned(n);
                let acquire = self.queues(&pool.queue, n, acquire);
                if let Some(permit) = self.wait(patience, acquire).await {
                    self.hold(pool, n, permit, inside).await;
                }
            }
            How::Block => unreachable!("permits can't be acquired by blocking"),
        }
    }

    async fn hold<S: Kind, P: Divisible>(
        &self,
        pool: &'w world::Pool<S>,
        n: usize,
        permit: P,
        inside: &[WithPermits],
    ) {
        let mut held = vec![Holding { counted: pool.count(n), permit }];
        for step in inside {
            let Some(last) = held.last_mut() else { return };
            match *step {
                WithPermits::Yield => yield_now().await,
                WithPermits::Split(n) => {
                    if let Some(permit) = last.permit.split(n) {
                        let counted = last.counted.split(n);
                        held.push(Holding { counted, permit });
                    }
                }
                WithPermits::Merge => {
                    let Holding { counted, permit } = held.swap_remove(0);
                    match held.last_mut() {
                        Some(other) => {
                            other.counted.merge(counted);
                            other.permit.merge(permit);
                        }
                        None => held.push(Holding { counted, permit }),
                    }
                }
                WithPermits::Forget if S::CAN_ADD => {
                    let Holding { counted, permit } = held.swap_remove(0);
                    counted.forget();
                    permit.forget();
                }
                WithPermits::Forget => {}
            }
        }
    }

    async fn unpolled_permits<S: Kind>(
        &self,
        pool: &'w world::Pool<S>,
        first: usize,
        second: usize,
        afterwards: Afterwards,
    ) {
        let acquire = async |n| {
            let acquire = self.queues(&pool.queue, n, pool.source.acquire(n));
            let permit = acquire.await;
            drop(Holding { counted: pool.count(n), permit });
        };
        self.with_unpolled(acquire(first), acquire(second), afterwards).await;
    }

    // === events and barriers ===

    async fn event(&self) {
        self.queues(&self.world.awaiting, 1, self.world.event.wait()).await;
    }

    async fn meet(&self) {
        let world = self.world;
        let leaves = Leaves(&world.wait_was_cancelled);
        let came = world.meeting.now();
        let outcome = self.queues(&world.meeting, 1, world.barrier.wait()).await;
        std::mem::forget(leaves);
        if let Ok(position) = outcome {
            world.positions[position.index()].fetch_add(1, Ordering::Relaxed);
            if position.index() == world.barrier.parties() - 1 {
                world.meeting.broadcast(came);
            }
        }
    }
}

/// Leaves the barrier without knowing the outcome.
struct Leaves<'w>(&'w AtomicBool);

impl Drop for Leaves<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

async fn yield_now() {
    let mut yielded = false;
    poll_fn(|cx| {
        if std::mem::replace(&mut yielded, true) {
            return Poll::Ready(());
        }
        cx.waker().wake_by_ref();
        Poll::Pending
    })
    .await;
}

// === impl Visit ===

impl<'w, G> Visit<'w, G> {
    fn new<const N: usize>(monitor: &'w Monitor<N>, mut guard: G) -> Self
    where
        G: DerefMut<Target = State>,
        State: Conditions<N>,
    {
        Self { alone: monitor.enter(&mut guard), guard }
    }

    /// Releases by unwinding.
    fn panic(self) {
        let outcome = catch_unwind(AssertUnwindSafe(move || {
            let _visit = self;
            // Unlike `panic!`, it prints no message.
            resume_unwind(Box::new("the program's own panic"));
        }));
        assert!(outcome.is_err());
    }
}

// === permits of both kinds ===

/// The operations of both semaphores.
trait Kind: PermitSource + Debug + Send + Sync + Sized + 'static {
    const CAN_ADD: bool;
    fn acquire(&self, n: usize) -> AcquirePermit<'_, Self>;
    fn try_acquire(&self, n: usize) -> Option<Permit<'_, Self>>;
    fn acquire_owned(self: Arc<Self>, n: usize) -> impl Future<Output = OwnedPermit<Self>> + Send;
    fn try_acquire_owned(self: Arc<Self>, n: usize) -> Option<OwnedPermit<Self>>;
}

/// The operations of permits of either kind.
trait Divisible: Sized {
    fn split(&mut self, n: usize) -> Option<Self>;
    fn merge(&mut self, other: Self);
    fn forget(self);
}

macro_rules! kind {
    ($semaphore:ident, $can_add:literal) => {
        impl Kind for $semaphore {
            const CAN_ADD: bool = $can_add;

            fn acquire(&self, n: usize) -> AcquirePermit<'_, Self> {
                self.acquire_many(n)
            }

            fn try_acquire(&self, n: usize) -> Option<Permit<'_, Self>> {
                self.try_acquire_many(n)
            }

            fn acquire_owned(
                self: Arc<Self>,
                n: usize,
            ) -> impl Future<Output = OwnedPermit<Self>> + Send {
                self.acquire_many_owned(n)
            }

            fn try_acquire_owned(self: Arc<Self>, n: usize) -> Option<OwnedPermit<Self>> {
                self.try_acquire_many_owned(n)
            }
        }
    };
}

macro_rules! divisible {
    ([$($generics:tt)*] $permit:ty) => {
        impl<$($generics)*> Divisible for $permit {
            fn split(&mut self, n: usize) -> Option<Self> {
                <$permit>::split(self, n)
            }

            fn merge(&mut self, other: Self) {
                <$permit>::merge(self, other).expect("both permits are of one semaphore");
            }

            fn forget(self) {
                <$permit>::forget(self);
            }
        }
    };
}

kind!(Semaphore, true);
kind!(BoundedSemaphore, false);
divisible!(['a, S: PermitSource] Permit<'a, S>);
divisible!([S: PermitSource] OwnedPermit<S>);
