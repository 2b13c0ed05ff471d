//! The digits with which Kusto prints a real.
//!
//! The engine prints reals with an early RapidJSON: Grisu2 ("Printing Floating-Point Numbers Quickly and Accurately with
//! Integers", Loitsch 2010), whose last digit is adjusted only when fewer than nine digits follow the point. So the text
//! always reads back as the value and is rarely longer than needed, but its last digit is not always the nearest:
//! `0.1 + 0.2` prints as `0.30000000000000007`, where the nearest would be `…04` (measured, with seventeen other texts).

use std::fmt::Write;

/// Appends a finite real: whole numbers with `.0`, an exponent from 1e21 on and below 1e-6 (`1e30`, `1.5e-7`).
pub(crate) fn write(out: &mut String, value: f64) {
    if value.is_sign_negative() {
        out.push('-');
    }
    if value == 0.0 {
        out.push_str("0.0");
        return;
    }
    let mut buffer = [0u8; 20];
    let (length, k) = grisu2(value.abs(), &mut buffer);
    let digits = std::str::from_utf8(&buffer[..length]).unwrap_or("0");
    // 10^(point-1) <= value < 10^point
    let point = length as i32 + k;
    let zeros = |out: &mut String, n: i32| (0..n).for_each(|_| out.push('0'));
    if k >= 0 && point <= 21 {
        out.push_str(digits);
        zeros(out, k);
        out.push_str(".0");
    } else if 0 < point && point <= 21 {
        let (whole, fraction) = digits.split_at(point as usize);
        out.push_str(whole);
        out.push('.');
        out.push_str(fraction);
    } else if -6 < point && point <= 0 {
        out.push_str("0.");
        zeros(out, -point);
        out.push_str(digits);
    } else {
        out.push_str(&digits[..1]);
        if length > 1 {
            out.push('.');
            out.push_str(&digits[1..]);
        }
        // Writing to a String does not fail.
        let _ = write!(out, "e{}", point - 1);
    }
}

/// `fraction * 2^exponent`.
#[derive(Clone, Copy)]
struct Scaled {
    fraction: u64,
    exponent: i32,
}

impl Scaled {
    fn normalized(self) -> Scaled {
        let shift = self.fraction.leading_zeros();
        Scaled { fraction: self.fraction << shift, exponent: self.exponent - shift as i32 }
    }

    fn times(self, by: Scaled) -> Scaled {
        let product = u128::from(self.fraction) * u128::from(by.fraction);
        let rounded = (product >> 64) as u64 + u64::from(product as u64 >> 63 == 1);
        Scaled { fraction: rounded, exponent: self.exponent + by.exponent + 64 }
    }
}

const MANTISSA_BITS: u32 = 52;
const HIDDEN_BIT: u64 = 1 << MANTISSA_BITS;

/// Digits of a positive finite real, their number, and the power of ten of the last one.
fn grisu2(value: f64, buffer: &mut [u8; 20]) -> (usize, i32) {
    let bits = value.to_bits();
    let biased = (bits >> MANTISSA_BITS & 0x7ff) as i32;
    let mantissa = bits & (HIDDEN_BIT - 1);
    let v = if biased == 0 {
        Scaled { fraction: mantissa, exponent: -1074 }
    } else {
        Scaled { fraction: mantissa | HIDDEN_BIT, exponent: biased - 1075 }
    };
    let upper = Scaled { fraction: (v.fraction << 1) + 1, exponent: v.exponent - 1 }.normalized();
    let lower = if v.fraction == HIDDEN_BIT {
        Scaled { fraction: (v.fraction << 2) - 1, exponent: v.exponent - 2 }
    } else {
        Scaled { fraction: (v.fraction << 1) - 1, exponent: v.exponent - 1 }
    };
    let lower = Scaled { fraction: lower.fraction << (lower.exponent - upper.exponent), exponent: upper.exponent };
    let (power, k) = cached_power(upper.exponent);
    let value = v.normalized().times(power);
    let mut upper = upper.times(power);
    upper.fraction -= 1;
    let lower = lower.times(power).fraction + 1;
    digits(value, upper, upper.fraction - lower, buffer, k)
}

fn digits(value: Scaled, upper: Scaled, mut delta: u64, buffer: &mut [u8; 20], mut k: i32) -> (usize, i32) {
    const POWERS: [u64; 10] = [1, 10, 100, 1000, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000, 1_000_000_000];
    let shift = -upper.exponent as u32;
    let one = 1u64 << shift;
    let distance = upper.fraction - value.fraction;
    let mut whole = upper.fraction >> shift;
    let mut part = upper.fraction & (one - 1);
    let mut kappa = POWERS.iter().take_while(|p| whole >= **p).count().clamp(1, 9);
    let mut length = 0;
    let mut push = |digit: u64, length: &mut usize| {
        if (digit != 0 || *length > 0) && *length < buffer.len() {
            buffer[*length] = b'0' + digit as u8;
            *length += 1;
        }
    };
    while kappa > 0 {
        kappa -= 1;
        push(whole / POWERS[kappa], &mut length);
        whole %= POWERS[kappa];
        let rest = (whole << shift) + part;
        if rest <= delta {
            round(&mut buffer[..length], delta, rest, POWERS[kappa] << shift, distance);
            return (length, k + kappa as i32);
        }
    }
    let mut after_point = 0;
    loop {
        part *= 10;
        delta = delta.wrapping_mul(10);
        push(part >> shift, &mut length);
        part &= one - 1;
        after_point += 1;
        k -= 1;
        if part < delta || after_point == 20 {
            // The original's table of powers ends here, and takes the distance for zero beyond.
            let distance = if after_point < 9 { distance.wrapping_mul(POWERS[after_point]) } else { 0 };
            round(&mut buffer[..length], delta, part, one, distance);
            return (length, k);
        }
    }
}

/// Lowers the last digit while that brings the text nearer to the value.
fn round(digits: &mut [u8], delta: u64, mut rest: u64, unit: u64, distance: u64) {
    let Some(last) = digits.last_mut() else { return };
    while rest < distance
        && delta - rest >= unit
        && (rest + unit < distance || distance - rest > rest + unit - distance)
    {
        *last -= 1;
        rest += unit;
    }
}

/// A power of ten that brings an exponent into range, and the negated power.
fn cached_power(exponent: i32) -> (Scaled, i32) {
    const FIRST: i32 = -348;
    const STEP: i32 = 8;
    let k = (f64::from(-61 - exponent) * std::f64::consts::LOG10_2 + 347.0).ceil() as i32;
    let index = (k / STEP + 1).clamp(0, POWERS_OF_TEN.len() as i32 - 1);
    let (fraction, exponent) = POWERS_OF_TEN[index as usize];
    (Scaled { fraction, exponent }, -(FIRST + index * STEP))
}

/// 10^-348, 10^-340, …, 10^340, rounded to 64 bits.
#[rustfmt::skip]
static POWERS_OF_TEN: [(u64, i32); 87] = [
    (0xfa8fd5a0081c0288, -1220), (0xbaaee17fa23ebf76, -1193), (0x8b16fb203055ac76, -1166), (0xcf42894a5dce35ea, -1140),
    (0x9a6bb0aa55653b2d, -1113), (0xe61acf033d1a45df, -1087), (0xab70fe17c79ac6ca, -1060), (0xff77b1fcbebcdc4f, -1034),
    (0xbe5691ef416bd60c, -1007), (0x8dd01fad907ffc3c, -980), (0xd3515c2831559a83, -954), (0x9d71ac8fada6c9b5, -927),
    (0xea9c227723ee8bcb, -901), (0xaecc49914078536d, -874), (0x823c12795db6ce57, -847), (0xc21094364dfb5637, -821),
    (0x9096ea6f3848984f, -794), (0xd77485cb25823ac7, -768), (0xa086cfcd97bf97f4, -741), (0xef340a98172aace5, -715),
    (0xb23867fb2a35b28e, -688), (0x84c8d4dfd2c63f3b, -661), (0xc5dd44271ad3cdba, -635), (0x936b9fcebb25c996, -608),
    (0xdbac6c247d62a584, -582), (0xa3ab66580d5fdaf6, -555), (0xf3e2f893dec3f126, -529), (0xb5b5ada8aaff80b8, -502),
    (0x87625f056c7c4a8b, -475), (0xc9bcff6034c13053, -449), (0x964e858c91ba2655, -422), (0xdff9772470297ebd, -396),
    (0xa6dfbd9fb8e5b88f, -369), (0xf8a95fcf88747d94, -343), (0xb94470938fa89bcf, -316), (0x8a08f0f8bf0f156b, -289),
    (0xcdb02555653131b6, -263), (0x993fe2c6d07b7fac, -236), (0xe45c10c42a2b3b06, -210), (0xaa242499697392d3, -183),
    (0xfd87b5f28300ca0e, -157), (0xbce5086492111aeb, -130), (0x8cbccc096f5088cc, -103), (0xd1b71758e219652c, -77),
    (0x9c40000000000000, -50), (0xe8d4a51000000000, -24), (0xad78ebc5ac620000, 3), (0x813f3978f8940984, 30),
    (0xc097ce7bc90715b3, 56), (0x8f7e32ce7bea5c70, 83), (0xd5d238a4abe98068, 109), (0x9f4f2726179a2245, 136),
    (0xed63a231d4c4fb27, 162), (0xb0de65388cc8ada8, 189), (0x83c7088e1aab65db, 216), (0xc45d1df942711d9a, 242),
    (0x924d692ca61be758, 269), (0xda01ee641a708dea, 295), (0xa26da3999aef774a, 322), (0xf209787bb47d6b85, 348),
    (0xb454e4a179dd1877, 375), (0x865b86925b9bc5c2, 402), (0xc83553c5c8965d3d, 428), (0x952ab45cfa97a0b3, 455),
    (0xde469fbd99a05fe3, 481), (0xa59bc234db398c25, 508), (0xf6c69a72a3989f5c, 534), (0xb7dcbf5354e9bece, 561),
    (0x88fcf317f22241e2, 588), (0xcc20ce9bd35c78a5, 614), (0x98165af37b2153df, 641), (0xe2a0b5dc971f303a, 667),
    (0xa8d9d1535ce3b396, 694), (0xfb9b7cd9a4a7443c, 720), (0xbb764c4ca7a44410, 747), (0x8bab8eefb6409c1a, 774),
    (0xd01fef10a657842c, 800), (0x9b10a4e5e9913129, 827), (0xe7109bfba19c0c9d, 853), (0xac2820d9623bf429, 880),
    (0x80444b5e7aa7cf85, 907), (0xbf21e44003acdd2d, 933), (0x8e679c2f5e44ff8f, 960), (0xd433179d9c8cb841, 986),
    (0x9e19db92b4e31ba9, 1013), (0xeb96bf6ebadf77d9, 1039), (0xaf87023b9bf0ee6b, 1066),
];

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn text(value: f64) -> String {
        let mut out = String::new();
        write(&mut out, value);
        out
    }

    #[test]
    fn prints_the_digits_of_the_engine() {
        for (value, expected) in [
            (0.1 + 0.2, "0.30000000000000007"),
            (1.0 / 3.0, "0.3333333333333333"),
            (40.764323000000005, "40.764323000000008"),
            (9.999999999999998, "9.999999999999999"),
            (50.62500000000001, "50.62500000000001"),
            (-3.0, "-3.0"),
            (-0.0, "-0.0"),
            (1e20, "100000000000000000000.0"),
            (1e21, "1e21"),
            (1.5e300, "1.5e300"),
            (0.000001, "0.000001"),
            (1.5e-7, "1.5e-7"),
            (5e-324, "5e-324"),
        ] {
            assert_eq!(text(value), expected);
        }
    }

    proptest! {
        #[test]
        fn every_text_reads_back(bits: u64, small in -1e6f64..1e6) {
            for value in [f64::from_bits(bits), small, small.trunc()] {
                if value.is_finite() {
                    prop_assert_eq!(text(value).parse::<f64>().unwrap().to_bits(), value.to_bits());
                }
            }
        }
    }
}
