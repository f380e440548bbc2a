//! Which instruction set to use, decided where the program runs.

use std::cell::Cell;
use std::fmt::{self, Display};
use std::sync::OnceLock;

#[cfg(target_arch = "aarch64")]
use super::neon;
use super::{Vector, portable};
#[cfg(target_arch = "x86_64")]
use super::{avx2, avx512};
use crate::Float;

/// An instruction set **that this machine has**: there is no way to make any other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Isa(Kind);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    #[cfg(target_arch = "x86_64")]
    Avx512,
    #[cfg(target_arch = "x86_64")]
    Avx2,
    #[cfg(target_arch = "aarch64")]
    Neon,
    Portable,
}

/// Code that is compiled once for each instruction set and run by [`Isa::run`].
pub trait Routine<T: Float> {
    /// What it returns.
    type Output;

    /// The code, over any vector. **Mark the implementation `#[inline(always)]`**: only then is it
    /// compiled with the features of the instruction set.
    ///
    /// # Safety
    /// The machine has the instruction set of `V`.
    unsafe fn run<V: Vector<Element = T>>(self) -> Self::Output;
}

thread_local! {
    static FORCED: Cell<Option<Isa>> = const { Cell::new(None) };
}

impl Isa {
    /// Every instruction set of this machine, the widest first, `portable` last.
    pub fn available() -> impl Iterator<Item = Isa> {
        let all = [
            #[cfg(target_arch = "x86_64")]
            is_x86_feature_detected!("avx512f").then_some(Kind::Avx512),
            #[cfg(target_arch = "x86_64")]
            (is_x86_feature_detected!("avx2") && is_x86_feature_detected!("fma"))
                .then_some(Kind::Avx2),
            #[cfg(target_arch = "aarch64")]
            std::arch::is_aarch64_feature_detected!("neon").then_some(Kind::Neon),
            Some(Kind::Portable),
        ];
        all.into_iter().flatten().map(Isa)
    }

    /// The one to use: that of [`force`](Isa::force), else of `ELBO_ISA`, else the widest.
    ///
    /// # Panics
    /// If `ELBO_ISA` names an instruction set that this machine has not.
    pub fn current() -> Isa {
        static CHOSEN: OnceLock<Isa> = OnceLock::new();
        FORCED.get().unwrap_or_else(|| *CHOSEN.get_or_init(Isa::choose))
    }

    fn choose() -> Isa {
        let Ok(name) = std::env::var("ELBO_ISA") else {
            return Isa::available().next().expect("portable is always there");
        };
        Isa::available().find(|isa| isa.name() == name).unwrap_or_else(|| {
            let names: Vec<_> = Isa::available().map(Isa::name).collect();
            panic!("ELBO_ISA is {name:?}, but this machine has {}", names.join(", "))
        })
    }

    /// Calls `f` with this instruction set as [`current`](Isa::current) on this thread.
    ///
    /// Parallel code asks once, before it splits, so what it does on other threads follows.
    pub fn force<R>(self, f: impl FnOnce() -> R) -> R {
        struct Restore(Option<Isa>);
        impl Drop for Restore {
            fn drop(&mut self) {
                FORCED.set(self.0);
            }
        }
        let _restore = Restore(FORCED.replace(Some(self)));
        f()
    }

    /// Its name, as in `ELBO_ISA`.
    pub fn name(self) -> &'static str {
        match self.0 {
            #[cfg(target_arch = "x86_64")]
            Kind::Avx512 => "avx512",
            #[cfg(target_arch = "x86_64")]
            Kind::Avx2 => "avx2",
            #[cfg(target_arch = "aarch64")]
            Kind::Neon => "neon",
            Kind::Portable => "portable",
        }
    }

    /// Runs `routine` as compiled for this instruction set.
    #[inline]
    pub fn run<T: Float, R: Routine<T>>(self, routine: R) -> R::Output {
        // SAFETY: an `Isa` exists only where the machine has its instruction set.
        unsafe {
            match self.0 {
                #[cfg(target_arch = "x86_64")]
                Kind::Avx512 => avx512::run(routine),
                #[cfg(target_arch = "x86_64")]
                Kind::Avx2 => avx2::run(routine),
                #[cfg(target_arch = "aarch64")]
                Kind::Neon => neon::run(routine),
                Kind::Portable => portable::run(routine),
            }
        }
    }
}

impl Display for Isa {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
