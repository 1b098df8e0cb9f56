async fn expanded() {
    {
        let lock0 = &self.lock;
        let mut state = ::underlock::__private::enter(lock0).await;
        let _ = &mut state;
        {
            state.items.push(1);
            state.len()
        }
    }
}
