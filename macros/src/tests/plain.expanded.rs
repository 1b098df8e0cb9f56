async fn expanded() {
    {
        let mut state = ::underlock::__private::enter(&self.lock).await;
        let _ = &mut state;
        {
            state.items.push(1);
            state.len()
        }
    }
}
