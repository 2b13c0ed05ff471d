//! A small global cache for what is dear to build and keyed by a constant of the query: matchers, regular expressions.
//!
//! A kernel is called once per batch and sees only its arguments, so it cannot keep anything between batches itself.

use lru::LruCache;
use std::hash::Hash;
use std::num::NonZeroUsize;
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

/// A least-recently-used cache that may stand in a `static`.
pub(crate) struct Cache<K, V> {
    entries: LazyLock<Mutex<LruCache<K, Arc<V>>>>,
}

impl<K: Hash + Eq, V> Cache<K, V> {
    /// An empty cache of [`CAPACITY`] entries.
    pub(crate) const fn new() -> Self {
        Cache { entries: LazyLock::new(|| Mutex::new(LruCache::new(CAPACITY))) }
    }

    /// The entry of a key, built when it is missing. Two threads may build the same entry at once; one of them wins.
    pub(crate) fn get_or(&self, key: K, build: impl FnOnce(&K) -> V) -> Arc<V> {
        if let Some(found) = self.entries.lock().unwrap_or_else(PoisonError::into_inner).get(&key) {
            return Arc::clone(found);
        }
        let built = Arc::new(build(&key));
        self.entries.lock().unwrap_or_else(PoisonError::into_inner).put(key, Arc::clone(&built));
        built
    }
}

/// Far more constants than a query has; entries are kilobytes.
const CAPACITY: NonZeroUsize = NonZeroUsize::new(512).unwrap();
