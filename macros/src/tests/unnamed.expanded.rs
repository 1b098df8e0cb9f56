async fn expanded() {
    {
        use ::underlock::__private as __underlock;
        match &*lock {
            lock0 => {
                let mut _guard0 = __underlock::enter(lock0).await;
                { rest().await }
            }
        }
    }
}
