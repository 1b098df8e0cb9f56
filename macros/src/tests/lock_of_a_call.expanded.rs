async fn expanded() {
    {
        let lock0 = &self.lock_of(key)?;
        let mut state = ::underlock::__private::enter(lock0).await;
        if false {
            let _ = &mut state;
            loop {}
        }
        { state.len() }
    }
}
