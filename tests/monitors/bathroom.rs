//! The unisex bathroom: three at most, and never both sexes. Whoever waits has the turn after four.

use std::sync::Arc;

use tokio::task::yield_now;
use underlock::{Condition, Lock, guarded, sync_block};

const PEOPLE: u32 = 40;
const ROOM: u32 = 3;
const TURN: u32 = 4;

trait Bathroom: Default + Send + Sync + 'static {
    fn enter(&self, woman: bool) -> impl Future<Output = ()> + Send;
    fn leave(&self) -> impl Future<Output = u32> + Send;
}

async fn run<B: Bathroom>() -> u32 {
    let bathroom = Arc::new(B::default());
    let people = (0..2 * PEOPLE).map(|person| {
        let bathroom = Arc::clone(&bathroom);
        async move {
            bathroom.enter(person % 2 == 0).await;
            yield_now().await;
            bathroom.leave().await
        }
    });
    super::all(people).await.into_iter().max().unwrap()
}

#[test]
fn all_have_their_turn() {
    super::both(run::<Declared>, run::<Explicit>, &(2 * PEOPLE));
}

#[derive(Default)]
struct Room {
    women: bool,
    inside: u32,
    /// How many of them have entered since the others were inside.
    turn: u32,
    /// How many wait, men and women.
    waiting: [u32; 2],
    left: u32,
}

impl Room {
    fn may_enter(&self, woman: bool) -> bool {
        if self.inside == 0 {
            let others_wait = self.waiting[usize::from(!woman)] > 0;
            return self.women != woman || self.turn < TURN || !others_wait;
        }
        let others_wait = self.waiting[usize::from(!self.women)] > 0;
        self.women == woman && self.inside < ROOM && (self.turn < TURN || !others_wait)
    }

    fn enter(&mut self, woman: bool) {
        assert!(self.inside == 0 || self.women == woman, "both are in the bathroom");
        if self.women != woman {
            (self.women, self.turn) = (woman, 0);
        }
        self.waiting[usize::from(woman)] -= 1;
        self.inside += 1;
        self.turn += 1;
    }

    fn leave(&mut self) -> u32 {
        self.inside -= 1;
        self.left += 1;
        self.left
    }
}

#[guarded]
#[derive(Default)]
struct Declared {
    lock: Lock,
    #[guarded(lock)]
    room: Room,
    #[condition(lock, when = |state| state.room.may_enter(false))]
    men_may_enter: Condition,
    #[condition(lock, when = |state| state.room.may_enter(true))]
    women_may_enter: Condition,
}

impl Bathroom for Declared {
    async fn enter(&self, woman: bool) {
        let mut state = self.lock.acquire().await;
        state.room.waiting[usize::from(woman)] += 1;
        state = if woman {
            state.wait_until(&self.women_may_enter).await
        } else {
            state.wait_until(&self.men_may_enter).await
        };
        state.room.enter(woman);
    }

    async fn leave(&self) -> u32 {
        sync_block!(state = self.lock, { state.room.leave() })
    }
}

// === explicit ===

#[guarded]
#[derive(Default)]
struct Explicit {
    lock: Lock,
    #[guarded(lock)]
    room: Room,
    #[condition(lock)]
    changed: Condition,
}

impl Bathroom for Explicit {
    async fn enter(&self, woman: bool) {
        sync_block!(state = self.lock, {
            state.room.waiting[usize::from(woman)] += 1;
            state = state.wait_for(&self.changed, |state| state.room.may_enter(woman)).await;
            state.room.enter(woman);
            state.notify_all(&self.changed);
        });
    }

    async fn leave(&self) -> u32 {
        sync_block!(state = self.lock, {
            state.notify_all(&self.changed);
            state.room.leave()
        })
    }
}
