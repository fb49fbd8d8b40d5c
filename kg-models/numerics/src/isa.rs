//! Instruction sets. In: the machine. Out: those that it has. Never: a kernel.

/// Instruction sets that there are kernels for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Isa {
    /// What every machine can do.
    Portable,
    /// AVX2 and FMA.
    Avx2,
    /// AVX-512 F, BW, DQ and VL.
    Avx512,
    /// AVX-512 with the byte products of VNNI.
    Vnni,
}

impl Isa {
    /// Those of this machine, the plainest first.
    pub fn available() -> Vec<Isa> {
        let mut available = vec![Isa::Portable];
        #[cfg(target_arch = "x86_64")]
        {
            let wide = is_x86_feature_detected!("avx512f")
                && is_x86_feature_detected!("avx512bw")
                && is_x86_feature_detected!("avx512dq")
                && is_x86_feature_detected!("avx512vl");
            if is_x86_feature_detected!("avx2") && is_x86_feature_detected!("fma") {
                available.push(Isa::Avx2);
                if wide {
                    available.push(Isa::Avx512);
                    if is_x86_feature_detected!("avx512vnni") {
                        available.push(Isa::Vnni);
                    }
                }
            }
        }
        available
    }

    /// The fastest of this machine.
    pub fn best() -> Isa {
        Isa::available().pop().unwrap_or(Isa::Portable)
    }
}
