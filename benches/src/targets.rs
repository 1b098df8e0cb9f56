//! underlock's targets.

/// The highest ratio to tokio that underlock's median may have.
pub(crate) fn ratio(scenario: &str) -> Option<f64> {
    let targets = [
        ("lock/uncontended/await", 0.38),
        ("lock/uncontended/try", 0.50),
        ("lock/handed/64", 0.36),
        ("lock/yield/one-thread/", 0.62),
        ("lock/short/two-workers/", 0.55),
        ("lock/yield/two-workers/", 0.65),
        ("lock/cancel/", 0.50),
        ("condition/ping-pong", 0.50),
        ("condition/buffer/one-thread/", 0.30),
        ("condition/buffer/two-workers/1x1", 0.25),
        ("condition/buffer/two-workers/", 0.50),
        ("condition/notify-all/one-thread/", 0.60),
        ("condition/notify-all/two-workers/", 0.70),
        ("event/wait-on-set", 0.60),
        ("event/set-and-clear", 0.70),
        ("event/set/by-hand/", 0.60),
        ("event/set/two-workers/", 0.80),
        ("semaphore/uncontended/", 0.55),
        ("semaphore/yield/one-thread/", 0.62),
        ("semaphore/short/two-workers/", 0.15),
        ("semaphore/yield/two-workers/", 0.45),
        ("barrier/one-thread/2", 0.28),
        ("barrier/one-thread/8", 0.38),
        ("barrier/one-thread/", 0.42),
        ("barrier/two-workers/2", 0.35),
        ("barrier/two-workers/8", 0.48),
        ("barrier/two-workers/64", 0.58),
        ("barrier/two-workers/1024", 0.65),
    ];
    let (_, target) = targets.iter().find(|(prefix, _)| scenario.starts_with(prefix))?;
    Some(*target)
}

/// How fairly tasks have to share a lock.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Share {
    /// The lowest Jain's index.
    Jain(f64),
    /// The lowest quotient of the fewest turns of a task over the most.
    Extremes(f64),
}

/// The target of a fairness scenario.
pub(crate) fn share(scenario: &str) -> Option<Share> {
    match scenario {
        "fairness/8" | "fairness/64" => Some(Share::Jain(0.99)),
        "fairness/1024" => Some(Share::Extremes(0.4)),
        _ => None,
    }
}
