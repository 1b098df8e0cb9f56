async fn expanded() {
    {
        let mut _guard0 = ::underlock::__private::enter(&*lock).await;
        { rest().await }
    }
}
