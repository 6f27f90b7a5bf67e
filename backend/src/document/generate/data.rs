//! What an agreement says, as plain data.

use crate::kernel::clock::Timestamp;
use crate::kernel::words::Lang;

/// Everything an agreement says that is not the same in every agreement. The caller masks identity numbers.
#[derive(Clone, Debug, PartialEq)]
pub struct AgreementData {
    /// Identifies this version of this agreement; the identifier of the file is derived from it.
    pub id: String,
    /// The language of the document, fixed when it is issued.
    pub lang: Lang,
    /// 1 for the first issue, one more after each correction (HIMS-23).
    pub version: u32,
    /// The day it is issued, and the creation date of the file.
    pub issued: Timestamp,
    /// The development.
    pub project: Project,
    /// The unit sold.
    pub unit: Unit,
    /// The housing developer (Pemaju).
    pub developer: Company,
    /// The landowner (Tuan Tanah), when it is not the developer.
    pub landowner: Option<Company>,
    /// Who buys.
    pub purchasers: Vec<Purchaser>,
    /// The land.
    pub land: Land,
    /// The purchase price in sen.
    pub price_sen: i64,
    /// Who signs, in the order of signing.
    pub parties: Vec<Party>,
}

/// A housing development.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Project {
    /// Kod Pemajuan: `20165-9` (HIMS-19).
    pub code: String,
    /// Nama Pemajuan.
    pub name: String,
    /// Where it is.
    pub address: String,
    /// Advertising and sale permit.
    pub permit: String,
    /// The housing development account.
    pub account: String,
}

/// The unit sold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unit {
    /// `B-10-02`.
    pub number: String,
    /// What it is: `Pangsapuri servis`.
    pub kind: String,
    /// Block and storey.
    pub place: String,
    /// Floor area in hundredths of a square metre.
    pub area_centi_sqm: i64,
    /// Accessory parcels: parking bays, stores.
    pub parking: String,
}

/// A company that is a party.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Company {
    /// Registered name.
    pub name: String,
    /// Company number.
    pub number: String,
    /// Registered address.
    pub address: String,
    /// Developer's licence, when it has one.
    pub licence: Option<String>,
    /// The natural person who signs for it and by what authority (GAP-15).
    pub representative: Option<String>,
}

/// A person who buys.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Purchaser {
    /// Full name in the person's own script.
    pub name: String,
    /// Masked identity card or passport number: `900423-**-**84`.
    pub ic_masked: String,
    /// Postal address.
    pub address: String,
}

/// The land the development stands on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Land {
    /// Kind and number of the title.
    pub title: String,
    /// Lot number.
    pub lot: String,
    /// Mukim, district and state.
    pub place: String,
    /// Freehold or leasehold until when.
    pub tenure: String,
    /// Charges and restrictions, or none.
    pub encumbrance: String,
}

/// One who signs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Party {
    /// The role in the language of the document: `Pembeli`, `Saksi Pembeli`, `Tuan Tanah`, `Pemaju`…
    pub role: String,
    /// Full name in the person's own script.
    pub name: String,
    /// Masked identity card or passport number.
    pub ic_masked: String,
    /// For a representative: the company signed for.
    pub on_behalf_of: Option<String>,
    /// For a witness: the index in `parties` of the one whose signature is witnessed.
    pub witness_of: Option<usize>,
}

impl AgreementData {
    /// An invented agreement with the development of TV-1 and four parties: two who contract, two who witness.
    /// Callers that know less than an agreement needs fill the rest from here; everything in it says SPESIMEN.
    pub fn specimen() -> Self {
        Self {
            id: "01JSPESIMEN0000000000000000/1".into(),
            lang: Lang::Ms,
            version: 1,
            issued: Timestamp::from_seconds(1_745_567_340),
            project: Project {
                code: "20165-9".into(),
                name: "PARKLAND AVENUE".into(),
                address: "Jalan Taman Contoh 3, 43000 Kajang, Selangor".into(),
                permit: "20165-9/SPESIMEN/2027/0412(N)".into(),
                account: "Bank Contoh Berhad, No. 0000-1111-2222 (SPESIMEN)".into(),
            },
            unit: Unit {
                number: "B-10-02".into(),
                kind: "Pangsapuri".into(),
                place: "Blok B, tingkat 10".into(),
                area_centi_sqm: 9_290,
                parking: "2 petak letak kereta (B2-114, B2-115)".into(),
            },
            developer: Company {
                name: "PARKLAND AVENUE SDN. BHD.".into(),
                number: "202501000000 (SPESIMEN-X)".into(),
                address: "Aras 12, Menara Contoh, 50450 Kuala Lumpur".into(),
                licence: Some("20165/SPESIMEN/2028".into()),
                representative: Some("Surat Wakil Kuasa bertarikh 02/01/2025".into()),
            },
            landowner: None,
            purchasers: vec![Purchaser {
                name: "Aminah binti Salleh".into(),
                ic_masked: "900423-**-**84".into(),
                address: "12, Lorong Melati 4, 43000 Kajang, Selangor".into(),
            }],
            land: Land {
                title: "Geran 00000 (SPESIMEN)".into(),
                lot: "Lot 00000".into(),
                place: "Mukim Kajang, Daerah Hulu Langat, Selangor".into(),
                tenure: "Hakmilik kekal".into(),
                encumbrance: "Tiada".into(),
            },
            price_sen: 52_800_000,
            parties: vec![
                Party {
                    role: "Pembeli".into(),
                    name: "Aminah binti Salleh".into(),
                    ic_masked: "900423-**-**84".into(),
                    on_behalf_of: None,
                    witness_of: None,
                },
                Party {
                    role: "Saksi Pembeli".into(),
                    name: "Tan Mei Ling".into(),
                    ic_masked: "880711-**-**26".into(),
                    on_behalf_of: None,
                    witness_of: Some(0),
                },
                Party {
                    role: "Pemaju".into(),
                    name: "Ravi a/l Kumar".into(),
                    ic_masked: "790215-**-**33".into(),
                    on_behalf_of: Some("PARKLAND AVENUE SDN. BHD.".into()),
                    witness_of: None,
                },
                Party {
                    role: "Saksi Pemaju".into(),
                    name: "Nurul Huda binti Ismail".into(),
                    ic_masked: "920330-**-**18".into(),
                    on_behalf_of: None,
                    witness_of: Some(2),
                },
            ],
        }
    }
}
