//! Instruction sets. In: the machine. Out: the paths it can take. Never: a kernel.

/// Instruction sets that there are kernels for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Path {
    /// What every machine can do.
    Portable,
    /// AVX2 and FMA.
    Avx2,
    /// AVX-512 F, BW, DQ and VL.
    Avx512,
    /// AVX-512 with the byte products of VNNI.
    Vnni,
}

impl Path {
    /// The paths that this machine can take, the plainest first.
    pub fn available() -> Vec<Path> {
        let mut paths = vec![Path::Portable];
        #[cfg(target_arch = "x86_64")]
        {
            let wide = is_x86_feature_detected!("avx512f")
                && is_x86_feature_detected!("avx512bw")
                && is_x86_feature_detected!("avx512dq")
                && is_x86_feature_detected!("avx512vl");
            if is_x86_feature_detected!("avx2") && is_x86_feature_detected!("fma") {
                paths.push(Path::Avx2);
                if wide {
                    paths.push(Path::Avx512);
                    if is_x86_feature_detected!("avx512vnni") {
                        paths.push(Path::Vnni);
                    }
                }
            }
        }
        paths
    }

    /// The fastest path of this machine.
    pub fn best() -> Path {
        Path::available().pop().unwrap_or(Path::Portable)
    }
}
