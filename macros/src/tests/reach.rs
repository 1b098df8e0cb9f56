//! How far the macros look: which blocks enter their lock again, what awaits, which lock was meant,
//! which parameters are mentioned.

use super::{expand_guarded, expand_sync_block};

fn enters_again(input: &str) -> bool {
    expand_sync_block(input).0.to_string().contains("entered_again")
}

#[test]
fn a_lock_that_is_held_still_is_seen_to_be_entered_again() {
    for body in [
        "",
        "a.notify_one(&self.c);",
        "let x = a.x;",
        "let x = a[0];",
        "let x = *a;",
        "change(&mut a);",
        "println!(\"{}\", a);",
        "drop(b);",
        "a = a.wait(&self.c).await;",
        "(a, x) = a.wait_for_some(&self.c, |a| a.x.pop()).await;",
        "drop(a); a = other;",
        "let count = || a.len(); count();",
        "run(async { a.len() });",
    ] {
        let input = format!("a = self.lock, {{ {body} sync_block!(b = self.lock, {{ 1 }}) }}");
        assert!(enters_again(&input), "{input}");
    }
}

#[test]
fn a_lock_that_may_be_free_may_be_entered() {
    for body in [
        "drop(a);",
        "a.release();",
        "a.wait(&self.c).await;",
        "let x = given(a).x;",
        "let x = given(a)[0];",
        "let x = -given(a);",
        "change(&given(a));",
        "given(a).run();",
        "x.y = a;",
        "x[given(a)] = 1;",
    ] {
        let input = format!("a = self.lock, {{ {body} sync_block!(b = self.lock, {{ 1 }}) }}");
        assert!(!enters_again(&input), "{input}");
    }
}

#[test]
fn a_place_that_changes_may_be_another_lock() {
    for body in [
        "i = 2;",
        "i += 1;",
        "(i, j) = (1, 2);",
        "let i = 2;",
        "next(&mut i);",
        "custom!(i = 2);",
        "custom!(let i = 2; 1);",
        "sync_block!(c = other, { i += 1; });",
        "sync_block!(c = other.now(), { i += 1; }).ok();",
        "sync_block!(i = other, { 1 });",
    ] {
        let input = format!("a = locks[i], {{ {body} sync_block!(b = locks[i], {{ 1 }}) }}");
        assert!(!enters_again(&input), "{input}");
    }
    assert!(!enters_again("a = a.lock, { sync_block!(b = a.lock, { 1 }) }"));
    assert!(enters_again("a = locks[i], { look(&i); sync_block!(b = locks[i], { i + 1 }) }"));
    assert!(!enters_again("a = locks[-i], { sync_block!(b = locks[-i], { 1 }) }"));
}

/// The lock is acquired where it is held. Where the `await` is reported, nothing else has to be.
#[test]
fn an_acquire_waits_for_the_block_around_it() {
    for (input, again) in [
        ("a = x, async { x.acquire().await; }", true),
        ("a = x, async { sync_block!(b = y, async { x.acquire().await }) }", true),
        ("a = x, async { x.changed().await; y.acquire().await; }", false),
        ("a = x, { x.acquire().await; }", false),
        ("a = x, { sync_block!(b = y, async { x.acquire().await }) }", false),
        ("a = x, async { sync_block!(b = y, { x.acquire().await }) }", false),
    ] {
        assert_eq!(enters_again(input), again, "{input}");
    }
}

/// For no lint to say that the assignment is of no use.
#[test]
fn a_guard_is_read_where_it_is_assigned_to() {
    for (input, read) in [
        (
            "a = x, { a = a.wait(&x.c).await; }",
            "{ let () = { a = a . wait (& x . c) . await ; match a { _ => { } } } ; }",
        ),
        (
            "a = x, { #[cfg(y)] a = next(); }",
            "{ # [cfg (y)] let () = { a = next () ; match a { _ => { } } } ; }",
        ),
        (
            "a = x, { match y { _ => a = next(), } }",
            "_ => { a = next () ; match a { _ => { } } } ,",
        ),
        (
            "a = x, b = y, { (b, item) = wait(f).await; }",
            "(b , item) = wait (f) . await ; match b { _ => { } }",
        ),
        (
            "a = x, { #![inner] ((a), b) = c; d }",
            "{ #! [inner] let () = { ((a) , b) = c ; match a { _ => { } } } ; d }",
        ),
        (
            "a = x, async { sync_block!(b = y, { a = c; },) }",
            "sync_block ! (b = y , { let () = { a = c ; match a { _ => { } } } ; } ,)",
        ),
        ("a = x, { b = 1; a.b = 2; a == b; let a = 3; custom!(a = 4); enum E { a = 5 } }", ""),
        ("a = x, async { sync_block!(a = y, { a.b = c; }) }", ""),
    ] {
        let expanded = expand_sync_block(input).0.to_string();
        assert!(expanded.contains(read), "{input}: {expanded}");
        assert_eq!(expanded.contains("{ _ =>"), !read.is_empty(), "{input}: {expanded}");
    }
}

/// How many mistakes are found in `state = self.lock => { custom!(=> tokens) }`, where the first
/// sign makes sure that nothing but tokens can be made of it.
fn found_in(tokens: &str) -> usize {
    expand_sync_block(&format!("state = self.lock, {{ custom!(=> {tokens}) }}")).1.len()
}

#[test]
fn awaits_are_found_among_tokens() {
    for tokens in [
        "x.await",
        "(x.await)",
        "a => b => c!(1) => x.await",
        "async { 1 } => x.await",
        "async move |y| 1, x.await",
        "|y| 1, x.await",
        "a | b | x.await",
        "a? | b | x.await",
        "1 | b | x.await",
        "state.run(c).await",
        "state.wait[c].await",
        "state::state.wait(c).await",
        "b!(x.await)",
        "tokio::join!(x)",
        "a::tokio::macros::join!(x)",
        "select! { x = y => z }",
    ] {
        assert_eq!(found_in(tokens), 1, "{tokens}");
    }
}

#[test]
fn what_runs_elsewhere_is_not_found_among_tokens() {
    for tokens in [
        "await",
        "join, (x)",
        "join!(x)",
        "tokio: join!(x)",
        "async |x, y| z.await",
        "async move |x, y| z.await",
        "|x, y| { z.await }",
        "|P { x }| y.await",
        "move |x| y.await",
        "return |x| y.await",
        "static |x| y.await",
        "state.wait(c).await",
    ] {
        assert_eq!(found_in(tokens), 0, "{tokens}");
    }
}

#[test]
fn macros_that_await_are_found_once() {
    let said = |input| expand_sync_block(input).1.len();
    let inner_says_it = "a = x, { sync_block!(b = y, { tokio::join!(c) }) }";
    assert_eq!(said(inner_says_it), 0);
    assert_eq!(said("a = x, { sync_block!(b = y, async { tokio::join!(c) }) }"), 1);
}

fn expanded(item: &str) -> String {
    expand_guarded("", item).0.to_string()
}

#[test]
fn a_field_with_a_mistake_goes_where_it_was_meant_to() {
    for (fields, part) in [
        ("lock: Lock, #[condition(lock)] x: Vec<u8>", "Guards `x`."),
        ("lock: Lock, #[condition(lock)] x: Lock, #[guarded(lock)] y: u8", "Guards `y`."),
        ("lock: Lock, #[guarded] x: Lock, #[guarded(lock)] y: u8", "Guards `y`."),
        ("lock: Lock, #[guarded] x: Condition, #[guarded(lock)] y: u8", "Lock < StoreLock , 1 >"),
        ("a: Lock, b: Lock, #[guarded(b)] y: u8, #[guarded] x: u8", "Guards `y` and `x`."),
        ("read: Lock, write: Lock, #[guarded(read)] x: u8, #[guarded(wriet)] y: u8", "Guards `y`."),
        ("a: Lock, b: Lock, #[guarded(b)] y: u8, c: Condition", "c : Condition < StoreB ,"),
    ] {
        let expanded = expanded(&format!("struct Store {{ {fields} }}"));
        assert!(expanded.contains(part), "{fields}: {expanded}");
    }
}

#[test]
fn a_lock_has_the_parameters_that_its_fields_mention() {
    for (item, part) in [
        (
            "struct Store<T = u8, A = u8, U = Vec<T>> { lock: Lock, #[guarded(lock)] x: (A, U), y: T }",
            "struct StoreLock < A , U >",
        ),
        (
            "struct Store<T = u8, const N: usize = 1, U = Vec<T>> { lock: Lock, #[guarded(lock)] x: [U; N], y: T }",
            "struct StoreLock < const N : usize , U >",
        ),
        (
            "struct Store<T, A = u8> { lock: Lock, #[guarded(lock)] x: A, y: T }",
            "struct StoreLock < A = u8 >",
        ),
        (
            "struct Store<'a, 'b, 'c> where 'a: 'b + 'c { lock: Lock, #[guarded(lock)] x: (&'a u8, &'b u8), y: &'c u8 }",
            "struct StoreLock < 'a , 'b > where 'a : 'b {",
        ),
        (
            "struct Store<T: Into<Self> + Copy> { lock: Lock, #[guarded(lock)] x: T }",
            "struct StoreLock < T : Copy >",
        ),
        (
            "struct Store<'a, T, U> { lock: Lock, #[guarded(lock)] x: of!([T], 'a), y: U }",
            "struct StoreLock < 'a , T >",
        ),
        (
            "struct Store<'a, T> { lock: Lock, #[guarded(lock)] x: of!(a, '_, T), y: &'a u8 }",
            "struct StoreLock < T >",
        ),
        (
            "struct Store<'T, T> { lock: Lock, #[guarded(lock)] x: of!('T), y: T }",
            "struct StoreLock < 'T >",
        ),
    ] {
        let expanded = expanded(item);
        assert!(expanded.contains(part), "{item}: {expanded}");
    }
}

#[test]
fn a_refused_wait_is_left_out() {
    let left = |body: &str| {
        let (expanded, messages) = expand_sync_block(&format!("a = self.lock, {{ {body} }}"));
        assert!(!messages.is_empty(), "{body}");
        expanded.to_string().contains("self . c")
    };
    assert!(!left("self.c.wait().await;"));
    assert!(!left("b = self.c.wait().await;"));
    assert!(!left("if a.x { self.c.wait().await; }"));
    // What is no statement, or no wait, stays.
    assert!(left("let b = self.c.wait().await;"));
    assert!(left("self.c.run().await;"));
    assert!(left("run(self.c).await;"));
}

/// The compiler would say the same once more, in its own words.
#[test]
fn a_guard_that_was_not_taken_back_is() {
    for (wait, taken_back) in [
        ("a.wait(&c).await;", "a = a . wait (& c) . await ; a . x"),
        ("a.wait_for_some(f).await;", "(a , _) = a . wait_for_some (f) . await ; a . x"),
        ("b.wait(&c).await;", "{ b . wait (& c) . await ; a . x"),
    ] {
        let input = format!("a = self.lock, {{ a.wait().await; loop {{ {wait} a.x(); }} }}");
        let expanded =
            expand_sync_block(&input).0.to_string().replace("; match a { _ => { } } } ;", ";");
        assert!(expanded.contains(taken_back), "{wait}: {expanded}");
    }
}
