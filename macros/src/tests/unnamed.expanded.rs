async fn expanded() {
    {
        let lock0 = &*lock;
        let mut _guard0 = ::underlock::__private::enter(lock0).await;
        { rest().await }
    }
}
