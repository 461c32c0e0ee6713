use std::process::Command;

use serde_json::Value;

/// The figures of a second on a loaded machine mean nothing; that they are there does.
#[test]
fn a_measurement_tells_what_it_measured() {
    let file = std::env::temp_dir().join(format!("atum-it-bench-{}.json", std::process::id()));
    let bench = Command::new(env!("CARGO_BIN_EXE_atum"))
        .args(["bench", "--tickets", "400", "--seconds", "1", "--only", "reply", "--json"])
        .arg(&file)
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&bench.stdout).into_owned();
    assert!(bench.status.success(), "{said}{}", String::from_utf8_lossy(&bench.stderr));
    assert!(said.contains("reply") && said.contains("200 agents"), "{said}");
    let report: Value = serde_json::from_str(&std::fs::read_to_string(&file).unwrap()).unwrap();
    std::fs::remove_file(&file).unwrap();
    let rounds = report["rounds"].as_array().unwrap();
    let connections: Vec<_> = rounds.iter().map(|round| round["connections"].as_u64().unwrap()).collect();
    assert_eq!(connections, [1, 16, 64]);
    for round in rounds {
        let measured = &round["measured"];
        assert_eq!(round["limit"]["failed"], 0, "{round:#}");
        // A server that has no time answers 503; one that is broken answers nothing else.
        assert_eq!(measured["errors"], 0, "{round:#}");
        for figure in ["requests", "per_second", "p50_ms", "p95_ms", "p99_ms", "database_cpu_ms_per_request"] {
            assert!(measured[figure].as_f64().unwrap() > 0.0, "{figure} of {round:#}");
        }
        assert!(round["limit"]["per_second"].as_f64().unwrap() > 0.0 && round["ratio"].as_f64().unwrap() > 0.0);
    }
    assert_eq!(report["mixed"]["errors"], 0, "{:#}", report["mixed"]);
    for figure in ["cold_start_ms", "resident_bytes", "seeded_seconds", "processors"] {
        assert!(report[figure].as_f64().unwrap() > 0.0, "{figure}");
    }
}
