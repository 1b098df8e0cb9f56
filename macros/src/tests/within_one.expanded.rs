async fn expanded() {
    {
        if let ::underlock::__private::core::option::Option::Some(mut state) = ::underlock::__private::within(
                self.limit,
                ::underlock::__private::enter(&self.lock),
            )
            .await
        {
            let _ = &mut state;
            { 1 }
        } else {
            2
        }
    }
}
