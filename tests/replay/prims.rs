//! The primitives behind one interface, from which a scenario chooses at run time.

use std::pin::Pin;
use std::sync::Arc;

use underlock::{
    Barrier, BoundedSemaphore, Condition, ConditionGuard, Conditions, Event, Guard, Lock,
    OwnedGuard, OwnedPermit, Permit, Semaphore, Shared,
};

use crate::Api;
use crate::scenario::{MOST_CONDITIONS, Prims, Spec};

pub(crate) type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + 'a>>;
pub(crate) type BoxGuard<'a> = Box<dyn Held<'a> + 'a>;
pub(crate) type BoxPermit<'a> = Box<dyn Keep + 'a>;

pub(crate) enum Prim {
    Lock(Box<dyn Gate>),
    /// The primitive that is its lock, and its number among the lock's conditions.
    Condition {
        lock: usize,
        side: usize,
    },
    Event(Event),
    Semaphore(Box<dyn Permits>),
    Barrier(Barrier),
}

/// A lock, with any number of conditions.
pub(crate) trait Gate {
    fn acquire(&self) -> BoxFuture<'_, BoxGuard<'_>>;
    fn try_acquire(&self) -> Option<BoxGuard<'_>>;
    fn is_locked(&self) -> bool;
}

/// A guard.
pub(crate) trait Held<'a> {
    fn counter(&self) -> i64;
    fn set_counter(&mut self, value: i64);
    fn release(self: Box<Self>);
    fn notify(&self, side: usize, n: usize);
    fn notify_all(&self, side: usize);
    fn wait(self: Box<Self>, side: usize) -> BoxFuture<'a, BoxGuard<'a>>;
    /// Waits until the counter is at least `k`.
    fn wait_for(self: Box<Self>, side: usize, k: i64) -> BoxFuture<'a, BoxGuard<'a>>;
    /// Waits like `wait_for`, then subtracts `k`.
    fn take(self: Box<Self>, side: usize, k: i64) -> BoxFuture<'a, BoxGuard<'a>>;
}

/// A semaphore, bounded or not.
pub(crate) trait Permits {
    fn acquire(&self) -> BoxFuture<'_, BoxPermit<'_>>;
    fn add(&self);
    fn available(&self) -> usize;
    fn is_locked(&self) -> bool;
}

/// A permit.
pub(crate) trait Keep {
    fn release(self: Box<Self>);
}

/// The data of a lock with `N` conditions.
#[derive(Debug, Default)]
struct Counter<const N: usize>(i64);

impl<const N: usize> Counter<N> {
    fn take(&mut self, k: i64) -> Option<()> {
        (self.0 >= k).then(|| self.0 -= k)
    }
}

pub(crate) fn build(prims: &Prims, api: Api) -> Vec<Prim> {
    let place = |name: &str| prims.iter().position(|(other, _)| other == name);
    prims
        .iter()
        .map(|(name, spec)| match spec {
            Spec::Lock => Prim::Lock(lock(prims.conditions(name), api)),
            Spec::Condition { lock } => Prim::Condition {
                lock: place(lock).expect("a checked scenario"),
                side: prims.side(name).expect("a checked scenario"),
            },
            Spec::Event => Prim::Event(Event::new()),
            Spec::Semaphore { value } => Prim::Semaphore(match api {
                Api::Borrowed => Box::new(Semaphore::new(*value)),
                Api::Owned => Box::new(Arc::new(Semaphore::new(*value))),
            }),
            Spec::BoundedSemaphore { value } => Prim::Semaphore(match api {
                Api::Borrowed => Box::new(BoundedSemaphore::new(*value)),
                Api::Owned => Box::new(Arc::new(BoundedSemaphore::new(*value))),
            }),
            Spec::Barrier { parties } => Prim::Barrier(Barrier::new(*parties)),
        })
        .collect()
}

fn lock(conditions: usize, api: Api) -> Box<dyn Gate> {
    match (conditions, api) {
        (0, Api::Owned) => Box::new(Arc::new(Lock::new(Counter::<0>(0)))),
        (1, Api::Owned) => Box::new(Condition::new(Counter::<1>(0))),
        (0, _) => Box::new(Lock::new(Counter::<0>(0))),
        (1, _) => Box::new(Lock::new(Counter::<1>(0))),
        (2, _) => Box::new(Lock::new(Counter::<2>(0))),
        (3, _) => Box::new(Lock::new(Counter::<3>(0))),
        (4, _) => Box::new(Lock::new(Counter::<4>(0))),
        (5, _) => Box::new(Lock::new(Counter::<5>(0))),
        (6, _) => Box::new(Lock::new(Counter::<6>(0))),
        (7, _) => Box::new(Lock::new(Counter::<7>(0))),
        (8, _) => Box::new(Lock::new(Counter::<8>(0))),
        _ => unreachable!("a checked scenario has {MOST_CONDITIONS} conditions to a lock at most"),
    }
}

// === a lock and the conditions that share it ===

impl<const N: usize> Gate for Lock<Counter<N>, N>
where
    Counter<N>: Conditions<N>,
    for<'a> Guard<'a, Counter<N>, N>: Held<'a>,
{
    fn acquire(&self) -> BoxFuture<'_, BoxGuard<'_>> {
        Box::pin(async { Box::new(Lock::acquire(self).await) as BoxGuard<'_> })
    }

    fn try_acquire(&self) -> Option<BoxGuard<'_>> {
        Lock::try_acquire(self).map(|guard| Box::new(guard) as BoxGuard<'_>)
    }

    fn is_locked(&self) -> bool {
        Lock::is_locked(self)
    }
}

/// Runs `$use` with `$condition`, the `$number`-th condition of the lock.
macro_rules! with_condition {
    ($n:literal [$($side:literal)*], $number:expr, $condition:ident => $use:expr) => {
        match $number {
            $($side => {
                let $condition = Condition::<Counter<$n>, Shared<$side>>::shared();
                $use
            })*
            number => unreachable!("a checked scenario has no condition {number}"),
        }
    };
}

/// The guard of a lock with `N` conditions.
macro_rules! guard_with_conditions {
    ($n:literal $sides:tt) => {
        impl Conditions<$n> for Counter<$n> {}

        impl<'a> Held<'a> for Guard<'a, Counter<$n>, $n> {
            fn counter(&self) -> i64 {
                self.0
            }

            fn set_counter(&mut self, value: i64) {
                self.0 = value;
            }

            fn release(self: Box<Self>) {
                Guard::release(*self);
            }

            fn notify(&self, side: usize, n: usize) {
                with_condition!($n $sides, side, condition => match n {
                    1 => self.notify_one(&condition),
                    _ => Guard::notify(self, &condition, n),
                });
            }

            fn notify_all(&self, side: usize) {
                with_condition!($n $sides, side, condition => {
                    Guard::notify_all(self, &condition)
                });
            }

            fn wait(self: Box<Self>, side: usize) -> BoxFuture<'a, BoxGuard<'a>> {
                with_condition!($n $sides, side, condition => {
                    let wait = Guard::wait(*self, &condition);
                    Box::pin(async { Box::new(wait.await) as BoxGuard<'a> })
                })
            }

            fn wait_for(self: Box<Self>, side: usize, k: i64) -> BoxFuture<'a, BoxGuard<'a>> {
                with_condition!($n $sides, side, condition => {
                    let wait = Guard::wait_for(*self, &condition, move |counter| counter.0 >= k);
                    Box::pin(async { Box::new(wait.await) as BoxGuard<'a> })
                })
            }

            fn take(self: Box<Self>, side: usize, k: i64) -> BoxFuture<'a, BoxGuard<'a>> {
                with_condition!($n $sides, side, condition => {
                    let wait = self.wait_for_some(&condition, move |counter| counter.take(k));
                    Box::pin(async { Box::new(wait.await.0) as BoxGuard<'a> })
                })
            }
        }
    };
}

guard_with_conditions!(1[0]);
guard_with_conditions!(2 [0 1]);
guard_with_conditions!(3 [0 1 2]);
guard_with_conditions!(4 [0 1 2 3]);
guard_with_conditions!(5 [0 1 2 3 4]);
guard_with_conditions!(6 [0 1 2 3 4 5]);
guard_with_conditions!(7 [0 1 2 3 4 5 6]);
guard_with_conditions!(8 [0 1 2 3 4 5 6 7]);

/// The guard of a lock without conditions.
macro_rules! guard_without_conditions {
    ($guard:ident, $type:ty) => {
        impl<'a> Held<'a> for $type {
            fn counter(&self) -> i64 {
                self.0
            }

            fn set_counter(&mut self, value: i64) {
                self.0 = value;
            }

            fn release(self: Box<Self>) {
                $guard::release(*self);
            }

            fn notify(&self, _: usize, _: usize) {
                unreachable!("this lock has no conditions");
            }

            fn notify_all(&self, _: usize) {
                unreachable!("this lock has no conditions");
            }

            fn wait(self: Box<Self>, _: usize) -> BoxFuture<'a, BoxGuard<'a>> {
                unreachable!("this lock has no conditions");
            }

            fn wait_for(self: Box<Self>, _: usize, _: i64) -> BoxFuture<'a, BoxGuard<'a>> {
                unreachable!("this lock has no conditions");
            }

            fn take(self: Box<Self>, _: usize, _: i64) -> BoxFuture<'a, BoxGuard<'a>> {
                unreachable!("this lock has no conditions");
            }
        }
    };
}

guard_without_conditions!(Guard, Guard<'a, Counter<0>>);
guard_without_conditions!(OwnedGuard, OwnedGuard<Counter<0>>);

// === a condition's own lock ===

type OwnLock = Condition<Counter<1>>;

impl Gate for OwnLock {
    fn acquire(&self) -> BoxFuture<'_, BoxGuard<'_>> {
        Box::pin(async { Box::new(OwnLock::acquire(self).await) as BoxGuard<'_> })
    }

    fn try_acquire(&self) -> Option<BoxGuard<'_>> {
        OwnLock::try_acquire(self).map(|guard| Box::new(guard) as BoxGuard<'_>)
    }

    fn is_locked(&self) -> bool {
        OwnLock::is_locked(self)
    }
}

impl<'a> Held<'a> for ConditionGuard<'a, Counter<1>> {
    fn counter(&self) -> i64 {
        self.0
    }

    fn set_counter(&mut self, value: i64) {
        self.0 = value;
    }

    fn release(self: Box<Self>) {
        ConditionGuard::release(*self);
    }

    fn notify(&self, _: usize, n: usize) {
        match n {
            1 => self.notify_one(),
            _ => ConditionGuard::notify(self, n),
        }
    }

    fn notify_all(&self, _: usize) {
        ConditionGuard::notify_all(self);
    }

    fn wait(self: Box<Self>, _: usize) -> BoxFuture<'a, BoxGuard<'a>> {
        Box::pin(async { Box::new(ConditionGuard::wait(*self).await) as BoxGuard<'a> })
    }

    fn wait_for(self: Box<Self>, _: usize, k: i64) -> BoxFuture<'a, BoxGuard<'a>> {
        let wait = ConditionGuard::wait_for(*self, move |counter| counter.0 >= k);
        Box::pin(async { Box::new(wait.await) as BoxGuard<'a> })
    }

    fn take(self: Box<Self>, _: usize, k: i64) -> BoxFuture<'a, BoxGuard<'a>> {
        let wait = self.wait_for_some(move |counter| counter.take(k));
        Box::pin(async { Box::new(wait.await.0) as BoxGuard<'a> })
    }
}

// === a lock whose guards own it ===

impl Gate for Arc<Lock<Counter<0>>> {
    fn acquire(&self) -> BoxFuture<'_, BoxGuard<'_>> {
        let lock = Arc::clone(self);
        Box::pin(async { Box::new(lock.acquire_owned().await) as BoxGuard<'_> })
    }

    fn try_acquire(&self) -> Option<BoxGuard<'_>> {
        Arc::clone(self).try_acquire_owned().map(|guard| Box::new(guard) as BoxGuard<'_>)
    }

    fn is_locked(&self) -> bool {
        Lock::is_locked(self)
    }
}

// === semaphores ===

macro_rules! permits {
    ($semaphore:ident, $add:expr) => {
        impl Permits for $semaphore {
            fn acquire(&self) -> BoxFuture<'_, BoxPermit<'_>> {
                Box::pin(async { Box::new($semaphore::acquire(self).await) as BoxPermit<'_> })
            }

            fn add(&self) {
                ($add)(self);
            }

            fn available(&self) -> usize {
                self.available_permits()
            }

            fn is_locked(&self) -> bool {
                $semaphore::is_locked(self)
            }
        }

        impl Permits for Arc<$semaphore> {
            fn acquire(&self) -> BoxFuture<'_, BoxPermit<'_>> {
                let semaphore = Arc::clone(self);
                Box::pin(async { Box::new(semaphore.acquire_owned().await) as BoxPermit<'_> })
            }

            fn add(&self) {
                ($add)(self);
            }

            fn available(&self) -> usize {
                self.available_permits()
            }

            fn is_locked(&self) -> bool {
                $semaphore::is_locked(self)
            }
        }

        impl Keep for Permit<'_, $semaphore> {
            fn release(self: Box<Self>) {
                Permit::release(*self);
            }
        }

        impl Keep for OwnedPermit<$semaphore> {
            fn release(self: Box<Self>) {
                OwnedPermit::release(*self);
            }
        }
    };
}

permits!(Semaphore, Semaphore::release);
permits!(BoundedSemaphore, |_| unreachable!("a checked scenario adds to no bounded semaphore"));
