async fn expanded() {
    {
        let lock0 = &self.permits;
        if false {
            ::underlock::__private::entered_again(&self.permits);
        }
        let mut permit = ::underlock::__private::enter(lock0).await;
        let _ = &mut permit;
        { self.permits.acquire().await }
    }
}
