async fn expanded() {
    {
        match &self.lock_of(key)? {
            lock0 => {
                let mut state = ::underlock::__private::enter(lock0).await;
                if false {
                    let _ = &mut state;
                    loop {}
                }
                { state.len() }
            }
        }
    }
}
