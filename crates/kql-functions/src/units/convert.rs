//! `convert_angle`, `convert_energy`, `convert_force`, `convert_length`, `convert_mass`, `convert_speed`,
//! `convert_temperature`, `convert_volume`.

use super::tables::{self, Unit};
use crate::ScalarFunction;
use crate::kernel::{real_map, reals, texts};
use datafusion_common::Result;
use datafusion_expr::ColumnarValue;
use kql_types::function::{Example, FunctionKind, FunctionSpec, example};

/// The one unit that is not proportional to its base: the sine of the angle.
const TILT: &str = "Tilt";

fn unit<'u>(units: &'u [Unit], name: &str) -> Option<&'u Unit> {
    units.iter().find(|(known, _, _)| *known == name)
}

fn to_base(units: &[Unit], name: &str, value: f64) -> Option<f64> {
    match unit(units, name) {
        Some((_, factor, offset)) => Some(value * factor + offset),
        None if is_tilt(units, name) => Some(value.asin().to_degrees()),
        None => None,
    }
}

fn from_base(units: &[Unit], name: &str, value: f64) -> Option<f64> {
    match unit(units, name) {
        Some((_, factor, offset)) => Some((value - offset) / factor),
        None if is_tilt(units, name) => Some(value.to_radians().sin()),
        None => None,
    }
}

fn is_tilt(units: &[Unit], name: &str) -> bool {
    name == TILT && std::ptr::eq(units, &tables::ANGLE)
}

fn convert(units: &[Unit], args: &[ColumnarValue]) -> Result<ColumnarValue> {
    let (values, from, to) = (reals(&args[0])?, texts(&args[1])?, texts(&args[2])?);
    // The usual call: both units are constants.
    if let (Some(from), Some(to)) = (from.constant(), to.constant()) {
        return real_map(args, |row| from_base(units, to, to_base(units, from, values.get(row)?)?));
    }
    real_map(args, |row| from_base(units, to.text(row), to_base(units, from.text(row), values.get(row)?)?))
}

macro_rules! conversion {
    ($name:literal, $units:ident, $doc:literal, $examples:expr) => {
        ScalarFunction {
            spec: FunctionSpec::new(
                $name,
                FunctionKind::Scalar,
                &["(value:real, from:string, to:string) -> real"],
                $doc,
            )
            .examples(const { &$examples as &'static [Example] }),
            kernel: |_, args| convert(&tables::$units, args),
        }
    };
}

pub(crate) static CONVERT_ANGLE: ScalarFunction = conversion!(
    "convert_angle",
    ANGLE,
    "An angle in another unit, such as Degree, Radian, Arcminute; null for an unknown unit. \
     <https://learn.microsoft.com/kusto/query/convert-angle-function>",
    [example("convert_angle(1.2, 'Degree', 'Arcminute')", "72.0")]
);

pub(crate) static CONVERT_ENERGY: ScalarFunction = conversion!(
    "convert_energy",
    ENERGY,
    "An energy in another unit, such as Joule, Calorie, KilowattHour; null for an unknown unit. \
     <https://learn.microsoft.com/kusto/query/convert-energy-function>",
    [example("convert_energy(1.2, 'Joule', 'BritishThermalUnit')", "0.0011373805443759806")]
);

pub(crate) static CONVERT_FORCE: ScalarFunction = conversion!(
    "convert_force",
    FORCE,
    "A force in another unit, such as Newton, PoundForce; null for an unknown unit. \
     <https://learn.microsoft.com/kusto/query/convert-force-function>",
    [example("convert_force(1.2, 'Newton', 'Decanewton')", "0.12")]
);

pub(crate) static CONVERT_LENGTH: ScalarFunction = conversion!(
    "convert_length",
    LENGTH,
    "A length in another unit, such as Meter, Foot, NauticalMile; null for an unknown unit. \
     <https://learn.microsoft.com/kusto/query/convert-length-function>",
    [
        example("convert_length(1.2, 'Meter', 'Foot')", "3.9370078740157477"),
        example("convert_length(1, 'Meter', 'Ell')", "null")
    ]
);

pub(crate) static CONVERT_MASS: ScalarFunction = conversion!(
    "convert_mass",
    MASS,
    "A mass in another unit, such as Kilogram, Pound; null for an unknown unit. \
     <https://learn.microsoft.com/kusto/query/convert-mass-function>",
    [example("convert_mass(1.2, 'Kilogram', 'Gram')", "1200.0")]
);

pub(crate) static CONVERT_SPEED: ScalarFunction = conversion!(
    "convert_speed",
    SPEED,
    "A speed in another unit, such as MeterPerSecond, KilometerPerHour, Knot; null for an unknown unit. \
     <https://learn.microsoft.com/kusto/query/convert-speed-function>",
    [example("convert_speed(36.0, 'KilometerPerHour', 'MeterPerSecond')", "10.0")]
);

pub(crate) static CONVERT_TEMPERATURE: ScalarFunction = conversion!(
    "convert_temperature",
    TEMPERATURE,
    "A temperature in another unit, such as Kelvin, DegreeCelsius, DegreeFahrenheit; null for an unknown unit. \
     <https://learn.microsoft.com/kusto/query/convert-temperature-function>",
    [example("convert_temperature(1.2, 'Kelvin', 'DegreeCelsius')", "-271.95")]
);

pub(crate) static CONVERT_VOLUME: ScalarFunction = conversion!(
    "convert_volume",
    VOLUME,
    "A volume in another unit, such as CubicMeter, Liter, UsGallon; null for an unknown unit. \
     <https://learn.microsoft.com/kusto/query/convert-volume-function>",
    [example("convert_volume(2.0, 'CubicMeter', 'Liter')", "2000.0")]
);

#[cfg(test)]
mod tests {
    use super::{from_base, tables, to_base};
    use crate::expressions::run;

    #[test]
    fn every_unit_converts_back() {
        for units in [
            &tables::ANGLE[..],
            &tables::ENERGY,
            &tables::FORCE,
            &tables::LENGTH,
            &tables::MASS,
            &tables::SPEED,
            &tables::TEMPERATURE,
            &tables::VOLUME,
        ] {
            for (name, factor, _) in units {
                assert!(*factor != 0.0, "{name}");
                let back = from_base(units, name, to_base(units, name, 1.5).unwrap()).unwrap();
                assert!((back - 1.5).abs() < 1e-9, "{name}: {back}");
            }
        }
    }

    #[test]
    fn some_units_against_their_definitions() {
        for (text, value) in [
            ("convert_angle(180, 'Degree', 'Radian')", std::f64::consts::PI),
            ("convert_angle(30, 'Degree', 'Tilt')", 0.5),
            ("convert_angle(0.5, 'Tilt', 'Degree')", 30.0),
            ("convert_temperature(100, 'DegreeCelsius', 'DegreeFahrenheit')", 212.0),
            ("convert_temperature(0, 'Kelvin', 'DegreeRankine')", 0.0),
            ("convert_mass(1, 'Pound', 'Ounce')", 16.0),
            ("convert_volume(1, 'UsGallon', 'UsQuart')", 4.0),
            ("convert_energy(1, 'KilowattHour', 'Megajoule')", 3.6),
        ] {
            let got: f64 = run(text).unwrap().parse().unwrap();
            assert!((got - value).abs() < 1e-5, "{text}: {got}");
        }
        assert_eq!(run("convert_length(1, 'Tilt', 'Meter')").unwrap(), "null");
    }
}
