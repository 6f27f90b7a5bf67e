//! The walls of the phone app's window that can be read off its files: one list of commands, nothing else granted, no
//! inline code, no remote content, nothing in a phone's backup.

use std::collections::BTreeSet;
use std::fs;

use super::top;

fn read(path: &str) -> String {
    fs::read_to_string(top().join("mobile-app").join(path)).unwrap_or_else(|_| panic!("mobile-app/{path}"))
}

/// What stands between `before` and `after` on every line that has both.
fn between(text: &str, before: &str, after: &str) -> BTreeSet<String> {
    let inside = |line: &str| Some(line.split_once(before)?.1.split_once(after)?.0.to_owned());
    text.lines().filter_map(inside).filter(|word| !word.is_empty()).collect()
}

fn part<'t>(text: &'t str, from: &str, to: &str) -> &'t str {
    text.split_once(from).and_then(|(_, rest)| rest.split_once(to)).map(|(part, _)| part).expect(from)
}

#[test]
fn the_window_may_call_our_commands_and_nothing_else() {
    let manifest = between(part(&read("src-tauri/build.rs"), "COMMANDS", "];"), "\"", "\"");
    assert!(manifest.len() > 20, "the list was not understood: {manifest:?}");
    let handler = read("src-tauri/src/lib.rs");
    let handled: BTreeSet<_> = part(&handler, "generate_handler![", "]")
        .split(',')
        .filter_map(|path| path.trim().rsplit("::").next().map(str::to_owned))
        .filter(|name| !name.is_empty())
        .collect();
    assert_eq!(handled, manifest, "lib.rs and build.rs");

    let capability = read("src-tauri/capabilities/main.json");
    let granted = between(part(&capability, "\"permissions\": [", "]"), "\"", "\"");
    let wanted: BTreeSet<_> = manifest.iter().map(|name| format!("allow-{}", name.replace('_', "-"))).collect();
    assert_eq!(granted, wanted, "capabilities/main.json");
    assert!(!capability.contains("\"remote\""), "no page from elsewhere is given anything");
    let folder = fs::read_dir(top().join("mobile-app/src-tauri/capabilities")).expect("capabilities");
    assert_eq!(folder.count(), 1, "one capability");

    let called: BTreeSet<_> = read("src/bridge.ts")
        .split("invoke<")
        .skip(1)
        .filter_map(|call| Some(call.split_once("(\"")?.1.split_once('"')?.0.to_owned()))
        .collect();
    assert_eq!(called, manifest, "bridge.ts");
}

#[test]
fn the_face_runs_nothing_that_is_not_built_in() {
    let settings = read("src-tauri/tauri.conf.json");
    let policy = part(&settings, "\"csp\": {", "}");
    assert!(
        policy.contains("\"default-src\": \"'none'\"") && policy.contains("\"script-src\": \"'self'\""),
        "{policy}"
    );
    for loose in ["unsafe", "https:", "data:", "*", "blob:"] {
        assert!(!policy.contains(loose), "{loose} in the policy: {policy}");
    }
    for switch in ["dangerousDisableAssetCspModification", "dangerousRemoteDomainIpcAccess", "\"assetProtocol\""] {
        assert!(!settings.contains(switch), "{switch}");
    }
    assert!(settings.contains("\"withGlobalTauri\": false"));
}

#[test]
fn automation_is_a_feature_of_the_test_and_of_nothing_else() {
    let manifest = read("src-tauri/Cargo.toml");
    assert!(manifest.contains("\ne2e = []") && !manifest.contains("default = ["), "e2e is no default");
    let users: Vec<_> = ["src/lib.rs", "src/options.rs", "src/session.rs", "src/window.rs"]
        .into_iter()
        .filter(|path| read(&format!("src-tauri/{path}")).contains("feature = \"e2e\""))
        .collect();
    assert_eq!(users, ["src/options.rs"]);
    let program = read("src-tauri/src/session.rs");
    assert!(!program.contains("MemoryStore"), "secrets rest in the keyring, in every build");
}

#[test]
fn a_phone_is_asked_for_the_camera_and_gives_nothing_to_a_backup() {
    let manifest = read("src-tauri/gen/android/app/src/main/AndroidManifest.xml");
    let permissions = between(&manifest, "<uses-permission android:name=\"android.permission.", "\"");
    assert_eq!(permissions, ["CAMERA", "INTERNET"].map(str::to_owned).into());
    for wanted in [
        "android:name=\"android.hardware.camera\" android:required=\"false\"",
        "android:allowBackup=\"false\"",
        "android:dataExtractionRules=\"@xml/data_extraction_rules\"",
    ] {
        assert!(manifest.contains(wanted), "{wanted}");
    }
    let activity = read("src-tauri/gen/android/app/src/main/java/test/example/mohor/MainActivity.kt");
    let (keyring, begin) = (activity.find("Keyring.initializeNdkContext("), activity.find("super.onCreate("));
    assert!(keyring.is_some() && keyring < begin, "the keyring is ready before the program starts");
    assert!(activity.contains("FLAG_SECURE"));
    let gradle = read("src-tauri/gen/android/app/build.gradle.kts");
    let cleartext = "manifestPlaceholders[\"usesCleartextTraffic\"] = \"false\"";
    assert!(part(&gradle, "defaultConfig {", "}").contains(cleartext));
    let plist = read("src-tauri/Info.ios.plist");
    for purpose in ["NSCameraUsageDescription", "NSFaceIDUsageDescription", "NSPhotoLibraryUsageDescription"] {
        assert!(plist.contains(purpose), "{purpose}");
    }
    assert!(read("src-tauri/src/lib.rs").contains("#[cfg_attr(mobile, tauri::mobile_entry_point)]"));
}

/// The values of PUB-UI-2, as they are published.
const PUBLISHED: [(&str, &str); 16] = [
    ("primary-600", "37 99 235"),
    ("primary-700", "29 78 216"),
    ("primary-50", "239 246 255"),
    ("danger-600", "220 38 38"),
    ("danger-700", "185 28 28"),
    ("success-600", "22 163 74"),
    ("success-700", "21 128 61"),
    ("warning-600", "202 138 4"),
    ("warning-700", "161 98 7"),
    ("gray-50", "250 250 250"),
    ("gray-100", "244 244 245"),
    ("gray-200", "228 228 231"),
    ("gray-700", "63 63 70"),
    ("gray-900", "24 24 27"),
    ("gray-950", "9 9 11"),
    ("primary-300", "147 197 253"),
];

#[test]
fn portal_and_app_begin_with_one_palette() {
    let tokens = read("../backend/assets/css/tokens.css");
    for (name, value) in PUBLISHED {
        assert!(tokens.contains(&format!("--{name}: rgb({value});")), "--{name} is not {value}");
    }
    assert!(read("src/main.ts").starts_with("import \"../../backend/assets/css/tokens.css\";"), "the app");
    assert!(read("../backend/templates/base.html").contains("f.asset(\"tokens.css\")"), "the portal");
    for sheet in ["mohor.css", "turn.css", "desk.css"] {
        let css = read(&format!("../backend/assets/css/{sheet}"));
        assert!(!css.contains("rgb(") && !css.contains(": #"), "{sheet} has a colour of its own");
    }
}
