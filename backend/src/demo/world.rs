//! The invented people and the agreement of the demo (TV-1). Nobody here exists; every mail domain is reserved.

use ab_glyph::InvalidFont;
use mohor_shared::specimen::{Bearer, Studio};

/// A password that everybody in the demo uses.
pub const PASSWORD: &str = "Jambatan-Hijau-7-Kerusi";

/// Somebody who signs.
#[derive(Clone, Debug)]
pub struct Signee {
    /// Name, in the person's own script.
    pub name: &'static str,
    /// MyKad number.
    pub ic: &'static str,
    /// E-mail.
    pub email: &'static str,
    /// Telephone.
    pub phone: &'static str,
    /// Role, as the page spells its value.
    pub role: &'static str,
    /// Position (from 1) of the party this one is a witness of.
    pub witness_of: Option<usize>,
    /// PIN of the certificate (PIN-5).
    pub pin: &'static str,
    /// Address, for section A of the certificate page (CERT-4).
    pub address: &'static str,
    /// Postcode.
    pub postcode: &'static str,
}

/// The four parties, in the order of their turns.
pub const SIGNEES: [Signee; 4] = [
    Signee {
        name: "Aina binti Rahman",
        ic: "950214-10-0002",
        email: "aina.rahman@example.test",
        phone: "+60120000001",
        role: "pembeli",
        witness_of: None,
        pin: "Abcdef1#",
        address: "12, Jalan Contoh 3, Taman Contoh, Shah Alam",
        postcode: "40000",
    },
    Signee {
        name: "Tan Mei Ling 陈美玲",
        ic: "880930-14-0004",
        email: "mei.ling@example.test",
        phone: "+60120000002",
        role: "saksi",
        witness_of: Some(1),
        pin: "Zz9~Zz9~Zz9~Zz9~",
        address: "5-2, Lorong Contoh, Kuala Lumpur",
        postcode: "50000",
    },
    Signee {
        name: "Kavitha a/p Subramaniam கவிதா",
        ic: "791105-08-0006",
        email: "kavitha@example.test",
        phone: "+60120000003",
        role: "tuan-tanah",
        witness_of: None,
        pin: "Sawah-99-padi",
        address: "88, Jalan Contoh Jaya, Ipoh",
        postcode: "30000",
    },
    Signee {
        name: "Zulkifli bin Osman",
        ic: "701230-01-0007",
        email: "zulkifli@example.test",
        phone: "+60120000004",
        role: "pemaju",
        witness_of: None,
        pin: "Kunci+Tiga3",
        address: "1, Persiaran Contoh, Johor Bahru",
        postcode: "80000",
    },
];

/// A housing developer.
#[derive(Clone, Copy, Debug)]
pub struct Developer {
    /// Kod Pemaju.
    pub code: &'static str,
    /// Registered name.
    pub name: &'static str,
    /// Registration number of the company.
    pub registration: &'static str,
    /// Business address.
    pub address: &'static str,
}

/// The developer of TV-1.
pub const DEVELOPER: Developer = Developer {
    code: "20165",
    name: "PARKLAND AVENUE SDN. BHD.",
    registration: "201601000000 (SPESIMEN)",
    address: "1, Persiaran Contoh, 47000 Sungai Buloh, Selangor",
};
/// Kod Pemajuan.
pub const DEVELOPMENT_CODE: &str = "20165-9";
/// Nama Pemajuan.
pub const DEVELOPMENT: &str = "PARKLAND AVENUE";
/// The unit sold.
pub const UNIT: &str = "B-10-02";

/// Somebody who signs in with an account.
#[derive(Clone, Copy, Debug)]
pub struct Staff {
    /// Name.
    pub name: &'static str,
    /// E-mail, the name to sign in with.
    pub email: &'static str,
    /// Role, as the page spells its value.
    pub role: &'static str,
    /// MyKad number of whoever decides about people; else empty.
    pub ic: &'static str,
}

/// The first administrator.
pub const ADMIN: Staff = Staff { name: "Pentadbir Contoh", email: "pentadbir@example.test", role: "admin", ic: "" };
/// The developer's clerk.
pub const PEMAJU: Staff =
    Staff { name: "Kerani Pemaju Contoh", email: "kerani@parkland.example.test", role: "pemaju", ic: "" };
/// Decides on identity checks.
pub const REVIEWER: Staff =
    Staff { name: "Penyemak Contoh", email: "penyemak@example.test", role: "ekyc-reviewer", ic: "820708-10-0009" };
/// At the counter, where a second officer confirms what the first one asked for.
pub const COUNTER: [Staff; 2] = [
    Staff {
        name: "Pegawai Kaunter Satu",
        email: "kaunter1@example.test",
        role: "registration-officer",
        ic: "830303-14-0011",
    },
    Staff {
        name: "Pegawai Kaunter Dua",
        email: "kaunter2@example.test",
        role: "registration-officer",
        ic: "850505-10-0013",
    },
];

/// A signature as the pad sends it: strokes of points between 0 and 1, another hand for each `seed`.
pub fn drawing(seed: usize) -> String {
    let tilt = 0.02 * seed as f32;
    let wave = |stroke: usize| {
        let points = (0..40).map(|step| {
            let t = step as f32 / 39.0;
            let x = 0.1 + 0.35 * t + 0.4 * stroke as f32;
            let y = 0.5 + 0.3 * (t * (9.0 + seed as f32) + stroke as f32).sin() * (1.0 - t / 2.0) + tilt;
            format!("[{x:.3},{:.3}]", y.clamp(0.02, 0.98))
        });
        format!("[{}]", points.collect::<Vec<_>>().join(","))
    };
    format!("{{\"strokes\":[{},{}]}}", wave(0), wave(1))
}

/// The pictures that `who` sends for the identity check: front and back of a specimen card, and a drawn face.
///
/// # Errors
/// [`InvalidFont`] when a font of the program is broken.
pub fn pictures(who: &Signee) -> Result<[Vec<u8>; 3], InvalidFont> {
    let studio = Studio::new(
        include_bytes!("../../assets/fonts/NotoSans-Regular.ttf"),
        include_bytes!("../../assets/fonts/NotoSans-Bold.ttf"),
    )?;
    // Cards print Latin letters only.
    let latin = who.name.split(' ').filter(|word| word.is_ascii()).collect::<Vec<_>>().join(" ");
    let address = who.address.split(", ").map(str::to_owned).chain([who.postcode.to_owned()]).collect();
    Ok(studio.pictures(&Bearer { name: latin, number: who.ic.to_owned(), address, citizen: true }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use mohor_shared::ic::IcNumber;
    use mohor_shared::picture::{Kind, Picture, assess};
    use mohor_shared::pin::Pin;

    #[test]
    fn the_invented_people_could_exist() {
        for signee in SIGNEES {
            assert!(IcNumber::parse(signee.ic).is_ok(), "{}", signee.name);
            assert!(Pin::parse(signee.pin).is_ok(), "{}", signee.name);
            assert!(signee.email.ends_with("example.test"));
        }
    }

    #[test]
    fn a_drawing_stays_inside_the_pad() {
        let drawn: serde_json::Value = serde_json::from_str(&drawing(3)).expect("JSON");
        let strokes = drawn["strokes"].as_array().expect("strokes");
        assert_eq!(strokes.len(), 2);
        let points = strokes.iter().flat_map(|stroke| stroke.as_array().expect("points"));
        assert!(
            points.flat_map(|p| p.as_array().expect("a point")).all(|n| (0.0..=1.0).contains(&n.as_f64().unwrap()))
        );
    }

    #[test]
    fn every_picture_of_the_demo_passes_the_gate() {
        for signee in &SIGNEES {
            let kinds = [Kind::MyKadFront, Kind::MyKadBack, Kind::Selfie];
            for (sent, kind) in pictures(signee).expect("fonts").iter().zip(kinds) {
                let picture = Picture::open(sent).expect("a picture");
                let verdict = assess(picture.pixels(), kind);
                assert!(verdict.is_fine(), "{} {kind:?}: {verdict:?}", signee.name);
            }
        }
    }
}
