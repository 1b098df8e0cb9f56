async fn expanded() {
    {
        match &self.permits {
            lock0 => {
                if false {
                    ::underlock::__private::entered_again(&self.permits);
                }
                let mut permit = ::underlock::__private::enter(lock0).await;
                if false {
                    let _ = &mut permit;
                    loop {}
                }
                { self.permits.acquire().await }
            }
        }
    }
}
