async fn expanded() {
    {
        let lock0 = &self.lock;
        if let ::underlock::__private::core::option::Option::Some(mut state) = ::underlock::__private::try_enter(
            lock0,
        ) {
            let _ = &mut state;
            { Some(state.len()) }
        } else {
            None
        }
    }
}
