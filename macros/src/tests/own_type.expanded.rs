struct Node<T, U> {
    /// Guards `next`.
    lock: Lock<NodeLock<T, U>>,
    /// Guards `array` and `tokens`.
    links: Lock<NodeLinks<T, U>>,
    other: PhantomData<U>,
}
/// State of `Node::lock`: `next`.
///
/// Owned by the lock, and reached through its guard, `NodeLockGuard`.
struct NodeLock<T, U> {
    next: Option<Arc<Node<T, U>>>,
}
#[automatically_derived]
#[doc(hidden)]
impl<T, U> ::underlock::__private::MethodsOfTheGuard for NodeLock<T, U> {}
/// Guard of `Node::lock`.
type NodeLockGuard<'guard, T, U> = ::underlock::__private::Guard<'guard, NodeLock<T, U>>;
/// State of `Node::links`: `array` and `tokens`.
///
/// Owned by the lock, and reached through its guard, `NodeLinksGuard`.
struct NodeLinks<T, U> {
    array: [<U as Has<Node<T, U>>>::Link; <Node<T, U>>::LINKS],
    tokens: tuple!(T, Node < T, U >),
}
#[automatically_derived]
#[doc(hidden)]
impl<T, U> ::underlock::__private::MethodsOfTheGuard for NodeLinks<T, U> {}
/// Guard of `Node::links`.
type NodeLinksGuard<'guard, T, U> = ::underlock::__private::Guard<
    'guard,
    NodeLinks<T, U>,
>;
const _: () = {
    #[doc(hidden)]
    struct NodeUnguarded<T, U> {
        next: ::underlock::__private::LockNotHeld<Option<Arc<Node<T, U>>>, lock_of_Node>,
        array: ::underlock::__private::LockNotHeld<
            [<U as Has<Node<T, U>>>::Link; <Node<T, U>>::LINKS],
            links_of_Node,
        >,
        tokens: ::underlock::__private::LockNotHeld<
            tuple!(T, Node < T, U >),
            links_of_Node,
        >,
    }
    pub struct lock_of_Node;
    pub struct links_of_Node;
    #[automatically_derived]
    #[doc(hidden)]
    impl<T, U> ::underlock::__private::core::ops::Deref for Node<T, U> {
        type Target = NodeUnguarded<T, U>;
        fn deref(&self) -> &Self::Target {
            use ::underlock::__private::MethodsOfTheGuard as _;
            {
                ::underlock::__private::is_lock(&self.lock);
                ::underlock::__private::not_hidden(&<NodeLock<T, U>>::release);
                ::underlock::__private::not_hidden(&<NodeLock<T, U>>::wait);
                ::underlock::__private::not_hidden(&<NodeLock<T, U>>::wait_for);
                ::underlock::__private::not_hidden(&<NodeLock<T, U>>::wait_for_some);
                ::underlock::__private::not_hidden(&<NodeLock<T, U>>::wait_until);
                ::underlock::__private::not_hidden(&<NodeLock<T, U>>::notify);
                ::underlock::__private::not_hidden(&<NodeLock<T, U>>::notify_one);
                ::underlock::__private::not_hidden(&<NodeLock<T, U>>::notify_all);
            }
            {
                ::underlock::__private::is_lock(&self.links);
                ::underlock::__private::not_hidden(&<NodeLinks<T, U>>::release);
                ::underlock::__private::not_hidden(&<NodeLinks<T, U>>::wait);
                ::underlock::__private::not_hidden(&<NodeLinks<T, U>>::wait_for);
                ::underlock::__private::not_hidden(&<NodeLinks<T, U>>::wait_for_some);
                ::underlock::__private::not_hidden(&<NodeLinks<T, U>>::wait_until);
                ::underlock::__private::not_hidden(&<NodeLinks<T, U>>::notify);
                ::underlock::__private::not_hidden(&<NodeLinks<T, U>>::notify_one);
                ::underlock::__private::not_hidden(&<NodeLinks<T, U>>::notify_all);
            }
            &NodeUnguarded {
                next: ::underlock::__private::LockNotHeld::MARKER,
                array: ::underlock::__private::LockNotHeld::MARKER,
                tokens: ::underlock::__private::LockNotHeld::MARKER,
            }
        }
    }
};
