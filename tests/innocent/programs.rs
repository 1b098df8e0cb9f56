// Part of two crates: see `plain.rs`. Types are inferred wherever possible.

use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet, VecDeque};
use std::error::Error;
use std::fmt::{Debug, Display};
use std::future::{self, Future, IntoFuture};
use std::iter::{self, FromIterator};
use std::ops::{Add, Index, Mul, Not, Shl, Sub};
use std::pin::{Pin, pin};
use std::task::{Context, Poll, Waker};

fn digits(text: &str) -> impl Iterator<Item = u32> {
    text.chars().filter_map(|c| c.to_digit(10))
}

// === Iteration over references to what is not known yet ===

fn takes_vec(numbers: Vec<u32>) -> usize {
    numbers.len()
}

#[test]
fn collected_iterated_by_reference_and_passed_on() {
    let numbers = digits("123").collect();
    let mut sum = 0;
    for n in &numbers {
        sum += n;
    }
    assert_eq!((sum, takes_vec(numbers)), (6, 3));
}

#[test]
fn collected_and_extended_from_by_reference() {
    let mut all = vec![0];
    let numbers = digits("123").collect();
    all.extend(&numbers);
    assert_eq!((all.len(), takes_vec(numbers)), (4, 3));
}

#[test]
fn chained_by_reference() {
    let more = digits("45").collect();
    let sum: u32 = [1, 2].iter().chain(&more).sum();
    assert_eq!((sum, takes_vec(more)), (12, 2));
}

#[test]
fn zipped_by_reference() {
    let right = digits("45").collect();
    let pairs: Vec<_> = [1, 2].into_iter().zip(&right).map(|(a, b)| a * b).collect();
    assert_eq!((pairs, takes_vec(right)), (vec![4, 10], 2));
}

#[test]
fn flat_mapped_by_reference() {
    let inner = digits("12").collect();
    let all: Vec<u32> = (0..2).flat_map(|_| &inner).copied().collect();
    assert_eq!((all, takes_vec(inner)), (vec![1, 2, 1, 2], 2));
}

#[test]
fn compared_with_a_reference() {
    let right = digits("12").collect();
    assert!([1, 2].iter().eq(&right));
    assert_eq!(takes_vec(right), 2);
}

#[test]
fn handed_on_as_an_iterator_by_reference() {
    fn counted(items: impl IntoIterator<Item: Copy>) -> usize {
        items.into_iter().count()
    }
    let numbers = digits("12").collect();
    assert_eq!((counted(&numbers), takes_vec(numbers)), (2, 2));
}

#[test]
fn collected_into_a_field() {
    struct Report {
        words: BTreeSet<String>,
    }
    let words = "a b".split(' ').map(Into::into).collect();
    for word in &words {
        let _: &String = word;
    }
    assert_eq!(Report { words }.words.len(), 2);
}

#[test]
fn returned_after_iteration_by_reference() {
    fn squares() -> VecDeque<u64> {
        let squares = (1..4).map(|n| n * n).collect();
        for square in &squares {
            assert!(square > &0);
        }
        squares
    }
    assert_eq!(squares().len(), 3);
}

#[test]
fn defaulted_and_iterated_by_reference() {
    let mut names = Default::default();
    for name in &names {
        let _: &String = name;
    }
    takes_names(&mut names);
    fn takes_names(names: &mut Vec<String>) {
        names.clear();
    }
}

#[test]
fn iterated_by_mutable_reference() {
    let mut numbers = digits("12").collect();
    for n in &mut numbers {
        u32::clone_from(n, &7);
    }
    assert_eq!(takes_vec(numbers), 2);
}

// === Bounds on references ===

fn total<C>(all: &C) -> u32
where
    for<'x> &'x C: IntoIterator<Item = &'x u32>,
{
    all.into_iter().sum()
}

#[test]
fn a_bound_for_every_lifetime() {
    let numbers = digits("123").collect();
    assert_eq!((total(&numbers), takes_vec(numbers)), (6, 3));
    assert_eq!(total(&BTreeSet::from([4, 5])), 9);
    assert_eq!(total(&[1; 3]), 3);
}

fn twice<'x, C>(all: &'x C) -> Vec<String>
where
    &'x C: IntoIterator<Item: Display>,
{
    all.into_iter().chain(all).map(|item| item.to_string()).collect()
}

#[test]
fn a_bound_on_the_items() {
    assert_eq!(twice(&vec!["a"]), ["a", "a"]);
    let numbers = digits("7").collect();
    assert_eq!((twice(&numbers), takes_vec(numbers)), (vec!["7".to_owned(); 2], 1));
}

/// A type whose reference iterates, as the references of channels do.
struct Countdown(Cell<u32>);

impl Iterator for &Countdown {
    type Item = u32;

    fn next(&mut self) -> Option<u32> {
        let left = self.0.get().checked_sub(1)?;
        self.0.set(left);
        Some(left)
    }
}

fn drained<C: From<u32>>() -> Vec<u32>
where
    for<'x> &'x C: Iterator<Item = u32>,
{
    let counter = C::from(3);
    let mut all: Vec<u32> = (&counter).collect();
    all.extend(&counter);
    all
}

impl From<u32> for Countdown {
    fn from(from: u32) -> Self {
        Countdown(Cell::new(from))
    }
}

#[test]
fn the_only_reference_that_iterates() {
    assert_eq!(drained::<Countdown>(), [2, 1, 0]);
    // Only one type of this crate is a candidate.
    fn first<'x, C>(counter: &'x C) -> Option<u32>
    where
        &'x C: Iterator<Item = u32>,
    {
        let mut counter = counter;
        counter.next()
    }
    let counter = From::from(2_u32);
    assert_eq!(first(&counter), Some(1));
}

/// A type whose reference is a future.
struct Answer(u8);

impl Future for &Answer {
    type Output = u8;

    fn poll(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<u8> {
        Poll::Ready(self.0)
    }
}

impl From<u8> for Answer {
    fn from(answer: u8) -> Self {
        Answer(answer)
    }
}

#[tokio::test(flavor = "current_thread")]
async fn the_only_reference_that_is_a_future() {
    async fn twice<'x, F>(future: &'x F) -> u8
    where
        &'x F: Future<Output = u8>,
    {
        future.await + future.await
    }
    let answer = From::from(4_u8);
    assert_eq!(twice(&answer).await, 8);
}

// === Operators ===

#[derive(Debug, Default, Clone, Copy, PartialEq)]
struct Metres(f64);

#[derive(Debug, Default, Clone, Copy, PartialEq)]
struct Offset(f64);

impl Add<Offset> for &Metres {
    type Output = Metres;

    fn add(self, offset: Offset) -> Metres {
        Metres(self.0 + offset.0)
    }
}

impl Shl<Metres> for &Offset {
    type Output = f64;

    fn shl(self, by: Metres) -> f64 {
        self.0 + by.0
    }
}

fn moved<P>(place: &P) -> Metres
where
    for<'x> &'x P: Add<Offset, Output = Metres>,
{
    place + Offset(1.0)
}

#[test]
fn the_only_reference_that_adds_it() {
    let start = Default::default();
    assert_eq!(moved(&start), Metres(1.0));
    let start = Default::default();
    let end = Add::add(&start, Offset(2.0));
    assert_eq!(end, Metres(2.0));
    let start = Default::default();
    let end: Metres = &start + Offset(2.0);
    assert_eq!((end, start), (Metres(2.0), Metres(0.0)));
    let start = Default::default();
    assert!((&start << Metres(3.0)) > 2.0);
    let _: Offset = start;
}

#[test]
fn numbers_added_by_reference() {
    let (a, b) = (1, 2);
    let sum = &a + &b;
    let product = &sum * 3;
    let _: u8 = product;
    assert_eq!((sum, product, &b - a, a << &b), (3, 9, 1, 4));
}

fn scaled<'x, T>(values: &'x [T], by: &'x T) -> Vec<T>
where
    &'x T: Mul<&'x T, Output = T> + Sub<Output = T>,
{
    values.iter().map(|value| value * by).chain(values.iter().map(|value| value - value)).collect()
}

#[test]
fn bounds_on_operators_of_references() {
    assert_eq!(scaled(&[1, 2], &3), [3, 6, 0, 0]);
    assert_eq!(scaled(&[0.5], &2.0), [1.0, 0.0]);
}

#[test]
fn folded_with_operators() {
    let sum = [1.5, 2.5].iter().fold(0.0, |sum, x| sum + x);
    let all = [true, false].iter().fold(true, |all, x| all & x);
    let flipped: Vec<_> = [true].iter().map(Not::not).collect();
    assert_eq!((sum > 3.9, all, flipped), (true, false, vec![false]));
    assert_eq!([1, 2, 3].iter().copied().reduce(Add::add), Some(6));
}

#[test]
fn sets_combined_by_reference() {
    let (a, b) = (BTreeSet::from([1, 2]), [2, 3].into());
    let (both, either, rest) = (&a & &b, &a | &b, &a - &b);
    assert_eq!((both.len(), either.len(), rest.len()), (1, 3, 1));
    let hashed = &HashSet::from([1]) ^ &[1, 4].into();
    assert_eq!(hashed, HashSet::from([4]));
}

#[test]
fn summed_and_multiplied() {
    let sum: u64 = digits("123").map(u64::from).sum();
    let product = [1.0, 2.0].iter().product::<f64>();
    let counted = (1..=4).map(|n| n * n).sum::<i32>();
    let options: Option<u32> = [Some(1), None].into_iter().sum();
    assert_eq!((sum, product > 1.9, counted, options), (6, true, 30, None));
}

// === Comparisons ===

#[test]
fn compared_with_what_is_inferred() {
    let expected = Default::default();
    let found = String::new();
    assert!(found == expected);
    let _: &str = expected;
    let parsed = "4".parse().unwrap();
    assert!(4_u8 == parsed && 5 > parsed);
    let collected = digits("12").collect();
    assert!(vec![1, 2] == collected);
    let _: Vec<u32> = collected;
}

#[test]
fn compared_through_references_and_options() {
    let longest = ["a", "bcd"].iter().max_by_key(|word| word.len());
    assert_eq!(longest, Some(&"bcd"));
    assert!([1, 2].first() < Some(&2));
    assert!(Some("a".to_owned()).as_deref() == Some("a"));
    assert_eq!([1.0, 0.5].into_iter().min_by(f64::total_cmp), Some(0.5));
    assert!(&&3 == &&3 && *"a" != String::from("b"));
}

fn position<T, U>(all: &[T], wanted: &U) -> Option<usize>
where
    T: PartialEq<U>,
{
    all.iter().position(|item| item == wanted)
}

#[test]
fn compared_across_types() {
    assert_eq!(position(&["a".to_owned()], &"a"), Some(0));
    assert_eq!(position(&[1], &1), Some(0));
}

// === Conversions ===

#[test]
fn converted_into_what_is_asked_for() {
    fn length(text: impl Into<String>) -> usize {
        text.into().len()
    }
    let boxed: Box<[_]> = [1, 2].into();
    let shared: std::sync::Arc<str> = "text".into();
    let number: u64 = 3_u8.into();
    let cell: Cell<_> = 4.into();
    let some: Option<_> = 5.into();
    assert_eq!((boxed.len(), &*shared, number, cell.get(), some), (2, "text", 3, 4, Some(5)));
    assert_eq!(length("abc") + length('d') + length(String::new()), 4);
}

fn parsed(text: &str) -> Result<i32, Box<dyn Error>> {
    let (left, right) = text.split_once('+').ok_or("no sum")?;
    Ok(left.trim().parse::<i32>()? + right.trim().parse::<i32>()?)
}

#[test]
fn errors_converted_by_a_question_mark() {
    assert_eq!(parsed("1 + 2").unwrap(), 3);
    assert_eq!(parsed("1").unwrap_err().to_string(), "no sum");
    assert!(parsed("a+b").is_err());
    let all: Result<Vec<i32>, _> = "1 2 x".split(' ').map(str::parse).collect();
    assert!(all.is_err());
}

#[derive(Debug)]
enum Failure {
    Number,
    Format,
}

impl From<std::num::ParseIntError> for Failure {
    fn from(_: std::num::ParseIntError) -> Self {
        Failure::Number
    }
}

impl From<std::fmt::Error> for Failure {
    fn from(_: std::fmt::Error) -> Self {
        Failure::Format
    }
}

#[test]
fn errors_converted_into_an_enum() {
    fn written(text: &str) -> Result<String, Failure> {
        use std::fmt::Write;
        let number = text.parse::<u8>()?;
        let mut written = String::new();
        write!(written, "{number:>3}")?;
        Ok(written)
    }
    assert_eq!(written("7").unwrap(), "  7");
    assert!(matches!(written("x"), Err(Failure::Number)));
    assert!(!matches!(written("x"), Err(Failure::Format)));
}

#[test]
fn parsed_by_what_it_is_used_for() {
    let port = "80".parse().unwrap();
    fn connect(port: u16) -> u16 {
        port
    }
    assert_eq!(connect(port), 80);
    let [a, b] = ["1", "2"].map(|text| text.parse().unwrap());
    assert_eq!(u8::max(a, b), 2);
}

#[test]
fn defaulted_by_what_it_is_used_for() {
    #[derive(Debug, Default, PartialEq)]
    struct Settings {
        name: String,
        limits: HashMap<String, u32>,
        retries: Option<u8>,
    }
    let limits = Default::default();
    let settings = Settings { limits, ..Default::default() };
    let (name, retries) = Default::default();
    assert_eq!(settings, Settings { name, retries, limits: HashMap::new() });
    let mut counts = BTreeMap::new();
    for word in ["a", "b", "a"] {
        *counts.entry(word).or_default() += 1;
    }
    assert_eq!(counts, [("a", 2), ("b", 1)].into());
}

// === Indexing ===

fn middle<C, I>(all: &C, at: I) -> &C::Output
where
    C: Index<I> + ?Sized,
{
    &all[at]
}

#[test]
fn indexed_by_what_is_inferred() {
    let at = "1".parse().unwrap_or_default();
    assert_eq!([5, 6][at..].first(), Some(&6));
    let numbers = vec![1, 2, 3];
    let (from, to) = (Default::default(), 2);
    assert_eq!(numbers[from..to], [1, 2]);
    assert_eq!(*middle(&numbers, 1), 2);
    assert_eq!(middle(&numbers, ..), [1, 2, 3]);
    let prices = HashMap::from([("tea".to_owned(), 3)]);
    assert_eq!(prices["tea"] + middle(&prices, "tea"), 6);
}

// === Closures and generics ===

#[test]
fn closures_take_what_they_are_called_with() {
    let double = |x| x * 2;
    assert_eq!(double(2_u16), 4);
    let compose = |f: fn(_) -> _, g: fn(_) -> _| move |x| g(f(x));
    assert_eq!(compose(|x: u8| x + 1, |x| x.to_string())(1), "2");
    let mut log = Vec::new();
    let mut note = |line| log.push(line);
    note("a");
    note("b");
    assert_eq!(log, ["a", "b"]);
}

#[test]
fn collected_into_what_is_asked_for() {
    fn sorted<T: Ord, C: FromIterator<T>>(items: impl IntoIterator<Item = T>) -> C {
        items.into_iter().collect::<BTreeSet<_>>().into_iter().collect()
    }
    let sorted: VecDeque<_> = sorted(["b", "a", "b"]);
    assert_eq!(sorted, ["a", "b"]);
    let (even, odd): (Vec<_>, Vec<_>) = (0..4).partition(|n| n % 2 == 0);
    assert_eq!(even.len(), odd.len());
    let (letters, numbers): (String, Vec<_>) = [('a', 1), ('b', 2)].into_iter().unzip();
    assert_eq!((letters.as_str(), numbers), ("ab", vec![1, 2]));
    let grown = iter::successors(Some(1), |n| Some(n * 3)).take_while(|n| n < &30);
    assert_eq!(grown.collect::<Vec<_>>(), [1, 3, 9, 27]);
}

/// Autoref specialization.
struct Wrapped<T>(T);

trait OfIterator {
    fn kind(&self) -> &'static str;
}

impl<T: Clone + IntoIterator> OfIterator for &Wrapped<T> {
    fn kind(&self) -> &'static str {
        "an iterator"
    }
}

trait OfAnything {
    fn kind(&self) -> &'static str;
}

impl<T> OfAnything for Wrapped<T> {
    fn kind(&self) -> &'static str {
        "anything"
    }
}

#[test]
fn methods_chosen_by_how_often_they_borrow() {
    assert_eq!((&&Wrapped(vec![1])).kind(), "an iterator");
    assert_eq!((&&Wrapped(1)).kind(), "anything");
    assert_eq!((&&Wrapped(&[1])).kind(), "an iterator");
    let later = Default::default();
    assert_eq!((&&Wrapped(&later)).kind(), "an iterator");
    assert_eq!(takes_vec(later), 0);
}

// === Methods of the names that this library has ===

#[derive(Debug, Default)]
struct Turnstile {
    entered: Cell<u32>,
}

impl Turnstile {
    fn enter(&self) -> u32 {
        self.entered.set(self.entered.get() + 1);
        self.entered.get()
    }

    fn try_enter(&self) -> Option<u32> {
        (self.entered.get() < 3).then(|| self.enter())
    }

    fn address(&self) -> &'static str {
        "at the door"
    }
}

#[test]
fn methods_of_the_same_names() {
    let turnstile = std::rc::Rc::new(Turnstile::default());
    let boxed = Box::new(&turnstile);
    assert_eq!((turnstile.enter(), boxed.enter()), (1, 2));
    assert_eq!((boxed.try_enter(), boxed.try_enter()), (Some(3), None));
    assert_eq!(boxed.address(), "at the door");
}

// === Futures ===

async fn polled_twice<F: Future + Unpin>(mut future: F) -> F::Output {
    (&mut future).await
}

#[tokio::test(flavor = "current_thread")]
async fn futures_awaited_by_reference() {
    assert_eq!(polled_twice(Box::pin(async { 3 })).await, 3);
    let mut ready = future::ready("now");
    let by_reference = &mut ready;
    assert_eq!(by_reference.await, "now");
    let pinned = pin!(async { Some(4) });
    assert_eq!(pinned.await, Some(4));
}

#[tokio::test(flavor = "current_thread")]
async fn futures_of_what_is_inferred() {
    let made = async { "5".parse() };
    let number: Result<u8, _> = made.await;
    assert_eq!(number, Ok(5));
    let nested = async { async { Default::default() } };
    let value: String = nested.await.await;
    assert_eq!(value, "");
    let tried = async {
        let number: i32 = "6".parse()?;
        Ok::<_, Box<dyn Error>>(number)
    };
    assert_eq!(tried.await.unwrap(), 6);
}

#[tokio::test(flavor = "current_thread")]
async fn futures_joined_selected_and_collected() {
    let (a, b) = tokio::join!(async { 1 }, async { "b".to_owned() });
    assert_eq!((a, b.as_str()), (1, "b"));
    let first = tokio::select! {
        biased;
        first = future::ready(7) => first,
        () = future::pending() => 0,
    };
    let mut boxed: Vec<Pin<Box<dyn Future<Output = _>>>> = vec![Box::pin(async { 1 })];
    boxed.push(Box::pin(future::ready(2)));
    let mut sum = first;
    for future in &mut boxed {
        sum += future.await;
    }
    assert_eq!(sum, 10);
}

#[tokio::test(flavor = "current_thread")]
async fn futures_made_by_closures() {
    async fn applied<F: Future>(with: impl Fn(u32) -> F) -> F::Output {
        with(4).await
    }
    let tripled = applied(|n| async move { n * 3 }).await;
    let borrowed = applied(async |n| n + tripled).await;
    assert_eq!((tripled, borrowed), (12, 16));
}

#[tokio::test(flavor = "current_thread")]
async fn what_is_made_into_a_future() {
    struct Request(u8);

    impl IntoFuture for Request {
        type Output = u8;
        type IntoFuture = future::Ready<u8>;

        fn into_future(self) -> Self::IntoFuture {
            future::ready(self.0)
        }
    }

    impl IntoFuture for &Request {
        type Output = u8;
        type IntoFuture = future::Ready<u8>;

        fn into_future(self) -> Self::IntoFuture {
            future::ready(self.0 + 1)
        }
    }

    async fn sent(request: impl IntoFuture<Output = impl Debug>) -> String {
        format!("{:?}", request.await)
    }
    let request = Request(1);
    assert_eq!((sent(&request).await, (&request).await), ("2".to_owned(), 2));
    assert_eq!(request.await, 1);
}

#[test]
fn polled_by_hand() {
    let mut cx = Context::from_waker(Waker::noop());
    let mut counted = 0;
    let mut future = pin!(future::poll_fn(|_| {
        counted += 1;
        if counted < 3 { Poll::Pending } else { Poll::Ready(counted) }
    }));
    let polls = iter::repeat_with(|| future.as_mut().poll(&mut cx));
    let pending = polls.take_while(Poll::is_pending).count();
    assert_eq!(pending, 2);
}
