struct Node<T, U> {
    /// It guards `next`.
    lock: Lock<NodeLock<T, U>>,
    /// It guards `array` and `tokens`.
    links: Lock<NodeLinks<T, U>>,
    other: PhantomData<U>,
}
/// What `lock` of `Node` guards: `next`.
///
/// The lock owns it, and whoever holds the lock has it by the guard: `sync_block!(state = self.lock, { … })`.
struct NodeLock<T, U> {
    next: Option<Arc<Node<T, U>>>,
}
/// The guard of `lock` of `Node`: who has it holds the lock.
type NodeLockGuard<'guard, T, U> = ::underlock::__private::Guard<'guard, NodeLock<T, U>>;
/// What `links` of `Node` guards: `array` and `tokens`.
///
/// The lock owns it, and whoever holds the lock has it by the guard: `sync_block!(state = self.links, { … })`.
struct NodeLinks<T, U> {
    array: [<U as Has<Node<T, U>>>::Link; <Node<T, U>>::LINKS],
    tokens: tuple!(T, Node < T, U >),
}
/// The guard of `links` of `Node`: who has it holds the lock.
type NodeLinksGuard<'guard, T, U> = ::underlock::__private::Guard<
    'guard,
    NodeLinks<T, U>,
>;
const _: () = {
    #[doc(hidden)]
    struct NodeUnguarded<T, U> {
        next: ::underlock::__private::LockNotHeld<
            Option<Arc<Node<T, U>>>,
            locks_of_Node::lock,
        >,
        array: ::underlock::__private::LockNotHeld<
            [<U as Has<Node<T, U>>>::Link; <Node<T, U>>::LINKS],
            locks_of_Node::links,
        >,
        tokens: ::underlock::__private::LockNotHeld<
            tuple!(T, Node < T, U >),
            locks_of_Node::links,
        >,
    }
    mod locks_of_Node {
        pub struct lock;
        pub struct links;
    }
    #[automatically_derived]
    #[doc(hidden)]
    impl<T, U> ::underlock::__private::core::ops::Deref for Node<T, U> {
        type Target = NodeUnguarded<T, U>;
        fn deref(&self) -> &Self::Target {
            let _: &::underlock::__private::Lock<NodeLock<T, U>> = &self.lock;
            let _: &::underlock::__private::Lock<NodeLinks<T, U>> = &self.links;
            &NodeUnguarded {
                next: ::underlock::__private::LockNotHeld::MARKER,
                array: ::underlock::__private::LockNotHeld::MARKER,
                tokens: ::underlock::__private::LockNotHeld::MARKER,
            }
        }
    }
};
