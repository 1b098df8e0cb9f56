async fn expanded() {
    {
        match &*lock {
            lock0 => {
                let mut _guard0 = ::underlock::__private::enter(lock0).await;
                { rest().await }
            }
        }
    }
}
