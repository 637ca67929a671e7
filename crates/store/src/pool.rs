//! A handful of connections, lent one at a time; a waiting borrower is woken when one comes back.

use std::ops::{Deref, DerefMut};
use std::sync::{Condvar, Mutex, PoisonError};

use crate::StoreError;

type Open<C> = Box<dyn Fn() -> Result<C, StoreError> + Send + Sync>;

pub(crate) struct Pool<C> {
    shelf: Mutex<Shelf<C>>,
    returned: Condvar,
    open: Open<C>,
    most: usize,
}

struct Shelf<C> {
    idle: Vec<C>,
    n_open: usize,
}

impl<C> Pool<C> {
    pub(crate) fn new(most: usize, open: Open<C>) -> Pool<C> {
        let shelf = Mutex::new(Shelf { idle: Vec::new(), n_open: 0 });
        Pool { shelf, returned: Condvar::new(), open, most }
    }

    pub(crate) fn lend(&self) -> Result<Lent<'_, C>, StoreError> {
        let mut shelf = self.shelf.lock().unwrap_or_else(PoisonError::into_inner);
        loop {
            if let Some(connection) = shelf.idle.pop() {
                return Ok(Lent { pool: self, connection: Some(connection), broken: false });
            }
            if shelf.n_open < self.most {
                shelf.n_open += 1;
                drop(shelf);
                return self.open_another();
            }
            shelf = self.returned.wait(shelf).unwrap_or_else(PoisonError::into_inner);
        }
    }

    fn open_another(&self) -> Result<Lent<'_, C>, StoreError> {
        match (self.open)() {
            Ok(connection) => Ok(Lent { pool: self, connection: Some(connection), broken: false }),
            Err(error) => {
                self.forget_one();
                Err(error)
            }
        }
    }

    fn forget_one(&self) {
        self.shelf.lock().unwrap_or_else(PoisonError::into_inner).n_open -= 1;
        self.returned.notify_one();
    }
}

pub(crate) struct Lent<'a, C> {
    pool: &'a Pool<C>,
    connection: Option<C>,
    broken: bool,
}

impl<C> Lent<'_, C> {
    /// The connection is not given back: a new one is opened in its place.
    pub(crate) fn discard(&mut self) {
        self.broken = true;
    }
}

impl<C> Drop for Lent<'_, C> {
    fn drop(&mut self) {
        if self.broken || std::thread::panicking() {
            self.connection = None;
            self.pool.forget_one();
        } else if let Some(connection) = self.connection.take() {
            self.pool.shelf.lock().unwrap_or_else(PoisonError::into_inner).idle.push(connection);
            self.pool.returned.notify_one();
        }
    }
}

impl<C> Deref for Lent<'_, C> {
    type Target = C;
    fn deref(&self) -> &C {
        self.connection.as_ref().expect("a lent connection is there until it is dropped")
    }
}

impl<C> DerefMut for Lent<'_, C> {
    fn deref_mut(&mut self) -> &mut C {
        self.connection.as_mut().expect("a lent connection is there until it is dropped")
    }
}
