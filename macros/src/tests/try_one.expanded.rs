async fn expanded() {
    {
        let lock0 = &self.lock;
        if let ::underlock::__private::core::option::Option::Some(mut state) = ::underlock::__private::try_enter(
            lock0,
        ) {
            if false {
                let _ = &mut state;
                loop {}
            }
            { Some(state.len()) }
        } else {
            None
        }
    }
}
