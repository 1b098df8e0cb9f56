//! Whoever forbids a lint can't be given an exception to it: what the macros write needs none.

mod gate {
    #![forbid(
        dead_code,
        let_underscore_drop,
        redundant_semicolons,
        unreachable_code,
        unused_assignments,
        unused_braces,
        unused_must_use,
        unused_mut,
        unused_parens,
        unused_variables
    )]

    use underlock::{Condition, Lock, guarded, sync_block};

    #[guarded]
    #[derive(Debug, Default)]
    pub(super) struct Gate {
        lock: Lock,
        #[guarded(lock)]
        open: bool,
        #[guarded(lock)]
        passed: u32,
        #[condition(lock)]
        opened: Condition,
        pub(super) counter: Lock<u32>,
    }

    impl Gate {
        pub(super) async fn open(&self) {
            sync_block!(gate = self.lock, {
                gate.open = true;
                gate.notify_all(&self.opened);
            });
        }

        /// The guard is not used after the last wait.
        pub(super) async fn wait(&self) {
            sync_block!(gate = self.lock, {
                gate = gate.wait_for(&self.opened, |gate| gate.open).await;
            });
        }

        pub(super) async fn passed(&self) -> u32 {
            sync_block!(gate = self.lock, {
                let passed;
                (gate, passed) =
                    gate.wait_for_some(&self.opened, |gate| gate.open.then_some(gate.passed)).await;
                passed
            })
        }

        /// It is not used after an assignment on the way out, and may be gone at the end.
        pub(super) async fn pass(&self, once: bool) -> Option<u32> {
            loop {
                let passed = sync_block!(gate = self.lock, {
                    match gate.open {
                        false => gate = self.opened(gate).await,
                        true if once => {
                            gate = gate.wait_for(&self.opened, |gate| gate.open).await;
                            return None;
                        }
                        true => {
                            gate.passed += 1;
                            gate.release();
                        }
                    }
                    sync_block!(counter = self.counter, {
                        *counter += 1;
                        *counter
                    })
                });
                if passed > 1 {
                    return Some(passed);
                }
            }
        }

        /// The guard of the outer block, assigned in the inner one.
        pub(super) async fn nested(&self) {
            sync_block!(gate = self.lock, async {
                sync_block!(counter = self.counter, async {
                    *counter += 1;
                    gate = gate.wait_for(&self.opened, |gate| gate.open).await;
                });
            });
        }

        async fn opened<'a>(&self, gate: GateLockGuard<'a>) -> GateLockGuard<'a> {
            gate.wait_for(&self.opened, |gate| gate.open).await
        }
    }
}

/// Outside, for tokio's macros need exceptions.
#[tokio::test(flavor = "current_thread")]
async fn a_guard_is_assigned_and_not_used_after() {
    let gate = gate::Gate::default();
    gate.open().await;
    assert_eq!(
        (gate.pass(false).await, gate.pass(true).await, gate.passed().await),
        (Some(2), None, 2)
    );
    gate.wait().await;
    gate.nested().await;
    assert_eq!(gate.counter.into_inner(), 3);
}
