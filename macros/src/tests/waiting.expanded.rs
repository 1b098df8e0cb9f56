async fn expanded() {
    {
        let mut mutable = ::underlock::__private::enter(&self.lock).await;
        let _ = &mut mutable;
        #[allow(unused_assignments)]
        {
            (mutable, item) = mutable.wait_for_some(&self.c, |s| s.items.pop()).await;
            item
        }
    }
}
