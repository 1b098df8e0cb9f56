async fn expanded() {
    {
        if let ::underlock::__private::core::option::Option::Some(mut state) = ::underlock::__private::try_enter(
            &self.lock,
        ) {
            let _ = &mut state;
            { Some(state.len()) }
        } else {
            None
        }
    }
}
