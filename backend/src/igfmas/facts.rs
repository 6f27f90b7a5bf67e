//! What a signer is shown and signs: header, hash and the block SIGNATURE INFORMATION.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use mohor_shared::ic::IcNumber;
use mohor_shared::transcript::lp_hash;

use super::amount::Amount;
use super::input::IgfmasInput;
use crate::kernel::clock::Timestamp;

/// The client of the SAP system, as every header begins (FIN-25).
const CLIENT: &str = "110";

/// The reference of a document: 1 to 20 capitals and digits, `07022411247A` (FIN-25).
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Reference(String);

impl Reference {
    /// Parses a reference; letters become capitals.
    ///
    /// # Errors
    /// [`IgfmasInput::Reference`].
    pub fn parse(text: &str) -> Result<Self, IgfmasInput> {
        let text = text.trim().to_ascii_uppercase();
        let ok = (1..=20).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_alphanumeric());
        if ok { Ok(Self(text)) } else { Err(IgfmasInput::Reference) }
    }

    /// The reference.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The "Data Header" (FIN-25): client, company code, reference, amount with two decimals and the number of whoever
/// signs. It is another one for each signer and names them in clear: shown, never stored or logged.
pub fn header(company: &str, reference: &Reference, amount: Amount, signer: &IcNumber) -> String {
    format!("{CLIENT}{company}{}{}{}", reference.as_str(), amount.plain(), signer.expose())
}

/// What the hash of a document covers, besides nothing.
#[derive(Clone, Copy, Debug)]
pub(super) struct Hashed<'a> {
    /// The document and its version.
    pub(super) document: &'a str,
    pub(super) version: u32,
    /// The work process and its version: the rules it is certified under.
    pub(super) process: (u32, u32),
    /// The paying and the receiving office, by code; the latter may be empty.
    pub(super) offices: (&'a str, &'a str),
    pub(super) company: &'a str,
    pub(super) reference: &'a str,
    pub(super) amount: Amount,
    /// Canonical bytes.
    pub(super) payload: &'a [u8],
}

impl Hashed<'_> {
    /// The "Data Hash To Sign" (FIN-26): SHA-256 of `LP("mohor/igfmas/v1", document, version u32, process u32,
    /// process version u32, office, receiver, company, reference, amount in sen i64, payload)`, integers big endian.
    /// It is the same for every signer and every medium (FIN-27).
    pub(super) fn hash(&self) -> [u8; 32] {
        lp_hash(
            "mohor/igfmas/v1",
            &[
                self.document.as_bytes(),
                &self.version.to_be_bytes(),
                &self.process.0.to_be_bytes(),
                &self.process.1.to_be_bytes(),
                self.offices.0.as_bytes(),
                self.offices.1.as_bytes(),
                self.company.as_bytes(),
                self.reference.as_bytes(),
                &self.amount.sen().to_be_bytes(),
                self.payload,
            ],
        )
    }
}

/// A hash as it is shown: 44 characters (FIN-26).
pub fn shown(hash: &[u8; 32]) -> String {
    STANDARD.encode(hash)
}

/// The block SIGNATURE INFORMATION (FIN-21, FIN-22); [`Display`](fmt::Display) prints it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SignatureInformation {
    /// The number of the holder.
    pub holder: IcNumber,
    /// First second of the certificate.
    pub from: Timestamp,
    /// Last second of the certificate.
    pub until: Timestamp,
    /// The subject, in the order of the certificate: `C=MY,CN=…` (FIN-23).
    pub subject: String,
    /// The serial number, big endian.
    pub serial: Vec<u8>,
}

impl fmt::Display for SignatureInformation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "CERTIFICATE DATA FOR:{}", self.holder.expose())?;
        writeln!(f, "1. Start Date:{}", self.from.myt_java())?;
        writeln!(f, "2. End Date:{}", self.until.myt_java())?;
        writeln!(f, "3. Certificate's Subject DN:{}", self.subject)?;
        write!(f, "4. Serial No:{}", decimal(&self.serial))
    }
}

/// A number of any length in decimal.
fn decimal(bytes: &[u8]) -> String {
    let mut digits: Vec<u8> = vec![0];
    for byte in bytes {
        let mut carry = u32::from(*byte);
        for digit in &mut digits {
            carry += u32::from(*digit) * 256;
            *digit = (carry % 10) as u8;
            carry /= 10;
        }
        while carry > 0 {
            digits.push((carry % 10) as u8);
            carry /= 10;
        }
    }
    digits.iter().rev().map(|digit| char::from(b'0' + digit)).collect()
}

#[cfg(test)]
mod tests {
    use super::super::payload::tests::payload;
    use super::*;

    fn signer() -> IcNumber {
        IcNumber::parse("240405888916").expect("TV-6")
    }

    fn hashed<'a>(payload: &'a [u8]) -> Hashed<'a> {
        Hashed {
            document: "01JDOCUMENT000000000000000",
            version: 1,
            process: (22, 1),
            offices: ("PTJ-0702", ""),
            company: "FGOM",
            reference: "07022411247A",
            amount: Amount::new(2_991_135).expect("an amount"),
            payload,
        }
    }

    #[test]
    fn the_header_is_that_of_tv_7_and_ends_with_the_signer() {
        let reference = Reference::parse("07022411247a").expect("FIN-25");
        let amount = Amount::new(2_991_135).expect("an amount");
        let shown = header("FGOM", &reference, amount, &signer());
        assert_eq!(shown, "110FGOM07022411247A29911.35240405888916");
        assert_eq!(shown.len(), 39);
        let other = IcNumber::parse("900423105484").expect("TV-4");
        assert!(header("FGOM", &reference, amount, &other).ends_with("29911.35900423105484"));
        for bad in ["", "0702 2411", "07022411247A07022411247A", "A/1", "Ä"] {
            assert_eq!(Reference::parse(bad), Err(IgfmasInput::Reference), "{bad}");
        }
    }

    #[test]
    fn a_hash_is_shown_in_44_characters() {
        // TV-7.
        let hash = hex::decode("2d4b2af69aea2d19ba85e7abc300854508ac6034330202ae9246fc7a04c4d79c").expect("hex");
        let hash: [u8; 32] = hash.try_into().expect("32 bytes");
        assert_eq!(shown(&hash), "LUsq9prqLRm6heerwwCFRQisYDQzAgKukkb8egTE15w=");
    }

    #[test]
    fn every_fact_of_a_document_is_in_its_hash() {
        let bytes = payload().bytes();
        let base = hashed(&bytes);
        let other = [bytes.as_slice(), b" "].concat();
        let changed = [
            Hashed { document: "01JDOCUMENT000000000000001", ..base },
            Hashed { version: 2, ..base },
            Hashed { process: (23, 1), ..base },
            Hashed { process: (22, 2), ..base },
            Hashed { offices: ("PTJ-0703", ""), ..base },
            Hashed { offices: ("PTJ-0702", "PTJ-0703"), ..base },
            Hashed { offices: ("PTJ-0702F", ""), company: "GOM", ..base },
            Hashed { company: "FGOF", ..base },
            Hashed { reference: "07022411247B", ..base },
            Hashed { amount: Amount::new(2_991_136).expect("an amount"), ..base },
            Hashed { payload: &other, ..base },
        ];
        let mut seen: Vec<_> = changed.iter().map(Hashed::hash).chain([base.hash()]).collect();
        seen.sort_unstable();
        seen.dedup();
        assert_eq!(seen.len(), changed.len() + 1);
        // The transcript is a promise: whoever holds a document of today can compute its hash for decades.
        assert_eq!(hex::encode(base.hash()), "b95e4776796500d07e81da48980c328f4421a7a0a36ed2402ebb8493fffd9fb0");
    }

    #[test]
    fn the_signature_information_is_that_of_the_sample() {
        // TV-6: the validity in UTC, the serial number in hexadecimal.
        let block = SignatureInformation {
            holder: signer(),
            from: Timestamp::from_seconds(1_714_450_194),
            until: Timestamp::from_seconds(1_748_578_194),
            subject: "C=MY,CN=ROAMINGOTP018916,SURNAME=240405888916,SERIALNUMBER=240405888916".to_owned(),
            serial: hex::decode("6f9fc9d4b2faa7f8").expect("hex"),
        };
        let lines = [
            "CERTIFICATE DATA FOR:240405888916",
            "1. Start Date:Tue Apr 30 12:09:54 MYT 2024",
            "2. End Date:Fri May 30 12:09:54 MYT 2025",
            "3. Certificate's Subject DN:C=MY,CN=ROAMINGOTP018916,SURNAME=240405888916,SERIALNUMBER=240405888916",
            "4. Serial No:8043369374880016376",
        ];
        assert_eq!(block.to_string(), lines.join("\n"));
        assert_eq!(decimal(&[]), "0");
        assert_eq!(decimal(&[0, 0, 1, 0]), "256");
        assert_eq!(decimal(&[0xff; 20]), "1461501637330902918203684832716283019655932542975");
        assert!(!format!("{block:?}").starts_with("240405888916"), "Debug masks the number");
    }
}
