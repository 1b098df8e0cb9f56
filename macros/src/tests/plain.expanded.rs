async fn expanded() {
    {
        match &self.lock {
            lock0 => {
                let mut state = ::underlock::__private::enter(lock0).await;
                if false {
                    let _ = &mut state;
                    loop {}
                }
                {
                    state.items.push(1);
                    state.len()
                }
            }
        }
    }
}
