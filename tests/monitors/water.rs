//! Water molecules: two hydrogen atoms and one oxygen atom go on together.

use std::sync::Arc;

use underlock::{Condition, Lock, guarded, sync_block};

const MOLECULES: u32 = 40;

trait Vessel: Default + Send + Sync + 'static {
    fn hydrogen(&self) -> impl Future<Output = u32> + Send;
    fn oxygen(&self) -> impl Future<Output = u32> + Send;
}

/// Which molecule each atom became part of, in order.
async fn run<V: Vessel>() -> (Vec<u32>, Vec<u32>) {
    let vessel = Arc::new(V::default());
    let hydrogen = (0..2 * MOLECULES).map(|_| {
        let vessel = Arc::clone(&vessel);
        async move { vessel.hydrogen().await }
    });
    let hydrogen = super::all(hydrogen);
    let oxygen = (0..MOLECULES).map(|_| {
        let vessel = Arc::clone(&vessel);
        async move { vessel.oxygen().await }
    });
    let (mut hydrogen, mut oxygen) = tokio::join!(hydrogen, super::all(oxygen));
    hydrogen.sort_unstable();
    oxygen.sort_unstable();
    (hydrogen, oxygen)
}

#[test]
fn all_molecules_are_whole() {
    let expected = ((0..2 * MOLECULES).map(|atom| atom / 2).collect(), (0..MOLECULES).collect());
    super::both(run::<Declared>, run::<Explicit>, &expected);
}

#[guarded]
#[derive(Default)]
struct Declared {
    lock: Lock,
    #[guarded(lock)]
    hydrogen: u32,
    #[guarded(lock)]
    oxygen: u32,
    #[guarded(lock)]
    bonds: Bonds,
    #[condition(lock, when = |state| state.bonds.hydrogen > 0)]
    bonds_hydrogen: Condition,
    #[condition(lock, when = |state| state.bonds.oxygen > 0)]
    bonds_oxygen: Condition,
}

/// How many atoms may go on, and how many have.
#[derive(Default)]
struct Bonds {
    hydrogen: u32,
    oxygen: u32,
    bonded_hydrogen: u32,
    bonded_oxygen: u32,
}

impl Bonds {
    fn form(&mut self) {
        self.hydrogen += 2;
        self.oxygen += 1;
    }

    fn bond_hydrogen(&mut self) -> u32 {
        self.hydrogen -= 1;
        self.bonded_hydrogen += 1;
        (self.bonded_hydrogen - 1) / 2
    }

    fn bond_oxygen(&mut self) -> u32 {
        self.oxygen -= 1;
        self.bonded_oxygen += 1;
        self.bonded_oxygen - 1
    }
}

impl DeclaredLock {
    fn form_if_possible(&mut self) {
        if self.hydrogen >= 2 && self.oxygen >= 1 {
            self.hydrogen -= 2;
            self.oxygen -= 1;
            self.bonds.form();
        }
    }
}

impl Vessel for Declared {
    async fn hydrogen(&self) -> u32 {
        sync_block!(state = self.lock, {
            state.hydrogen += 1;
            state.form_if_possible();
            state = state.wait_until(&self.bonds_hydrogen).await;
            state.bonds.bond_hydrogen()
        })
    }

    async fn oxygen(&self) -> u32 {
        sync_block!(state = self.lock, {
            state.oxygen += 1;
            state.form_if_possible();
            state = state.wait_until(&self.bonds_oxygen).await;
            state.bonds.bond_oxygen()
        })
    }
}

// === explicit ===

#[guarded]
#[derive(Default)]
struct Explicit {
    lock: Lock,
    #[guarded(lock)]
    hydrogen: u32,
    #[guarded(lock)]
    oxygen: u32,
    #[guarded(lock)]
    bonds: Bonds,
    #[condition(lock)]
    bonds_hydrogen: Condition,
    #[condition(lock)]
    bonds_oxygen: Condition,
}

impl Explicit {
    fn form_if_possible(&self, state: &mut ExplicitLockGuard<'_>) {
        if state.hydrogen >= 2 && state.oxygen >= 1 {
            state.hydrogen -= 2;
            state.oxygen -= 1;
            state.bonds.form();
            state.notify(&self.bonds_hydrogen, 2);
            state.notify_one(&self.bonds_oxygen);
        }
    }
}

impl Vessel for Explicit {
    async fn hydrogen(&self) -> u32 {
        sync_block!(state = self.lock, {
            state.hydrogen += 1;
            self.form_if_possible(&mut state);
            state = state.wait_for(&self.bonds_hydrogen, |state| state.bonds.hydrogen > 0).await;
            state.bonds.bond_hydrogen()
        })
    }

    async fn oxygen(&self) -> u32 {
        sync_block!(state = self.lock, {
            state.oxygen += 1;
            self.form_if_possible(&mut state);
            state = state.wait_for(&self.bonds_oxygen, |state| state.bonds.oxygen > 0).await;
            state.bonds.bond_oxygen()
        })
    }
}
