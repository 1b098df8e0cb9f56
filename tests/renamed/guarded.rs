//! `#[guarded(crate = path)]`.

/// As in a crate that re-exports the library.
mod prelude {
    pub(crate) mod sync {
        pub(crate) use ::locks;
    }
}

mod by_the_name_in_the_manifest {
    use locks::{Condition, Lock, guarded};

    #[guarded(crate = locks)]
    #[derive(Debug, Default)]
    pub(super) struct Counter {
        pub(super) lock: Lock,
        #[guarded(lock)]
        pub(super) count: u32,
        #[condition(lock)]
        pub(super) changed: Condition,
    }
}

mod by_a_path {
    use super::prelude::sync::locks::{self, Lock};

    #[locks::guarded(no_markers, crate = crate::guarded::prelude::sync::locks)]
    #[derive(Debug, Default)]
    pub(super) struct Names<#[cfg(any())] T> {
        pub(super) lock: Lock,
        #[guarded(lock)]
        pub(super) names: Vec<&'static str>,
        #[cfg(any())]
        #[guarded(lock)]
        other: T,
    }
}

/// A library's own macro finds `underlock` by `$crate`.
macro_rules! guarded_by_a_macro {
    ($name:ident) => {
        #[locks::guarded(crate = $crate::guarded::prelude::sync::locks)]
        #[derive(Debug, Default)]
        struct $name {
            lock: locks::Lock,
            #[guarded(lock)]
            value: u8,
        }
    };
}

guarded_by_a_macro!(Written);

#[tokio::test(flavor = "current_thread")]
async fn guarded_structs_find_the_library() {
    let counter = by_the_name_in_the_manifest::Counter::default();
    let mut state = counter.lock.acquire().await;
    state.count += 1;
    state.notify_all(&counter.changed);
    assert_eq!(state.count, 1);

    let names = by_a_path::Names::default();
    names.lock.acquire().await.names.push("name");
    assert_eq!(names.lock.into_inner().names, ["name"]);

    assert_eq!(Written::default().lock.into_inner().value, 0);
}
