-- Work processes of iGFMAS (FIN-P01 to FIN-P50) as data. A version is never changed: an edit adds the next one, and a
-- document keeps the one that it began with. `steps` are the signatures in order; empty: the user who executes signs
-- (CON-31). `changed_by` is an account; NULL: the list as it was found.
CREATE TABLE igfmas_process (
    number BIGINT PRIMARY KEY CHECK (number BETWEEN 1 AND 999),
    version BIGINT NOT NULL
);

CREATE TABLE igfmas_process_version (
    process BIGINT NOT NULL REFERENCES igfmas_process (number),
    version BIGINT NOT NULL,
    module TEXT NOT NULL,
    name TEXT NOT NULL,
    system TEXT NOT NULL CHECK (system IN ('portal', 'gui')),
    steps TEXT NOT NULL,
    batch BIGINT NOT NULL CHECK (batch IN (0, 1)),
    confidence TEXT NOT NULL CHECK (confidence IN ('A', 'B', 'C')),
    remark TEXT NOT NULL,
    in_use BIGINT NOT NULL CHECK (in_use IN (0, 1)),
    changed_by TEXT,
    changed_at BIGINT NOT NULL,
    PRIMARY KEY (process, version)
);

INSERT INTO igfmas_process (number, version) VALUES
    (1, 1), (2, 1), (3, 1), (4, 1), (5, 1), (6, 1), (7, 1), (8, 1), (9, 1), (10, 1),
    (11, 1), (12, 1), (13, 1), (14, 1), (15, 1), (16, 1), (17, 1), (18, 1), (19, 1), (20, 1),
    (21, 1), (22, 1), (23, 1), (24, 1), (25, 1), (26, 1), (27, 1), (28, 1), (29, 1), (30, 1),
    (31, 1), (32, 1), (33, 1), (34, 1), (35, 1), (36, 1), (37, 1), (38, 1), (39, 1), (40, 1),
    (41, 1), (42, 1), (43, 1), (44, 1), (45, 1), (46, 1), (47, 1), (48, 1), (49, 1), (50, 1);

INSERT INTO igfmas_process_version
    (process, version, module, name, system, steps, batch, confidence, remark, in_use, changed_at) VALUES
    (1, 1, 'AA', 'Pelarasan Aset', 'portal', 'perakuan-1 perakuan-2', 0, 'A', 'Modul: keyakinan B', 1, 0),
    (2, 1, 'AA', 'Pelupusan Aset Dengan Hasil', 'portal', 'perakuan-1 perakuan-2', 0, 'A', '', 1, 0),
    (3, 1, 'AA', 'Pelupusan Aset Tanpa Hasil', 'portal', 'perakuan-1 perakuan-2', 0, 'A', '', 1, 0),
    (4, 1, 'AA', 'Pelupusan Aset Tukar Barang/Tukar Beli', 'portal', 'perakuan-1 perakuan-2', 0, 'A', '', 1, 0),
    (5, 1, 'AA', 'Pembatalan Aset', 'portal', 'perakuan-1 perakuan-2 akuan-terima', 0, 'A', '', 1, 0),
    (6, 1, 'AA', 'Pengelasan Aset', 'portal', 'perakuan-1 perakuan-2', 0, 'A', '', 1, 0),
    (7, 1, 'AA', 'Penilaian Aset', 'portal', 'perakuan-1 perakuan-2', 0, 'A', '', 1, 0),
    (8, 1, 'AA', 'Penjejasan Aset', 'portal', 'perakuan-1 perakuan-2', 0, 'A', '', 1, 0),
    (9, 1, 'AA', 'Perolehan Aset', 'portal', 'perakuan-1 perakuan-2', 0, 'A', '', 1, 0),
    (10, 1, 'AA', 'Penyusutan Nilai Aset', 'portal', 'perakuan-1 perakuan-2', 0, 'A', '', 1, 0),
    (11, 1, 'AA', 'Pindahan Aset', 'portal', 'perakuan-1 perakuan-2 akuan-terima', 0, 'A', '', 1, 0),
    (12, 1, 'AA', 'Proses AuC', 'portal', 'perakuan-1 perakuan-2', 0, 'A', '', 1, 0),
    (13, 1, 'AA', 'Data Induk Aset - Pukal', 'portal', 'perakuan-1 perakuan-2', 1, 'A', '', 1, 0),
    (14, 1, 'AA', 'Pelupusan Aset - Pukal', 'portal', 'perakuan-1 perakuan-2', 1, 'A', '', 1, 0),
    (15, 1, 'AA', 'Pengelasan Aset - Pukal', 'portal', 'perakuan-1 perakuan-2', 1, 'A', '', 1, 0),
    (16, 1, 'AA', 'Penilaian Aset - Pukal', 'portal', 'perakuan-1 perakuan-2', 1, 'A', '', 1, 0),
    (17, 1, 'AA', 'Penjejasan Aset - Pukal', 'portal', 'perakuan-1 perakuan-2', 1, 'A', '', 1, 0),
    (18, 1, 'AA', 'Pindahan Aset - Pukal', 'portal', 'perakuan-1 perakuan-2 akuan-terima', 1, 'A', '', 1, 0),
    (19, 1, 'AT', 'Baucar Jurnal', 'portal', 'perakuan-1 perakuan-2', 0, 'C', 'Modul tidak pasti: AT atau AA', 1, 0),
    (20, 1, 'AI', 'Baucar Jurnal', 'portal', 'perakuan-1 perakuan-2', 0, 'C', 'Modul tidak pasti: AI atau AL', 1, 0),
    (21, 1, 'AR', 'Baucar Jurnal', 'portal', 'perakuan-1 perakuan-2', 0, 'A', '', 1, 0),
    (22, 1, 'AP', 'Arahan Bayaran Tanpa Pesanan Pembelian Kerajaan', 'portal', 'perakuan-1 perakuan-2', 0, 'A', '', 1, 0),
    (23, 1, 'AP', 'Arahan Bayaran Tanpa Pesanan Pembelian Kerajaan - AP Advance', 'portal', 'perakuan-1 perakuan-2', 0, 'A', '', 1, 0),
    (24, 1, 'AP', 'Arahan Pembayaran Tanpa Pesanan Kerajaan - ePintas', 'portal', 'perakuan-1 perakuan-2', 0, 'A', '', 1, 0),
    (25, 1, 'AP', 'Baucar Jurnal', 'portal', 'perakuan-1 perakuan-2', 0, 'A', '', 1, 0),
    (26, 1, 'AP', 'Baucar Jurnal - Agensi Luar', 'portal', 'perakuan-1 perakuan-2', 0, 'A', '', 1, 0),
    (27, 1, 'AP', 'Pengurusan Arahan Bayaran (Agensi Luar)', 'portal', 'perakuan-1 perakuan-2', 0, 'A', '', 1, 0),
    (28, 1, 'AP', 'Pengurusan Arahan Bayaran (Agensi Luar) - AP Advance', 'portal', 'perakuan-1 perakuan-2', 0, 'A', '', 1, 0),
    (29, 1, 'AP', 'Proses Bayaran Pukal', 'gui', '', 1, 'B', 'Peranan tertulis N/A: ditandatangani oleh pengguna yang melaksanakan', 1, 0),
    (30, 1, 'AP', 'Kelulusan EFT', 'gui', '', 0, 'B', 'Peranan tertulis N/A: ditandatangani oleh pengguna yang melaksanakan', 1, 0),
    (31, 1, 'AP', 'Payment Run', 'gui', '', 0, 'B', 'Peranan tertulis N/A: ditandatangani oleh pengguna yang melaksanakan', 1, 0),
    (32, 1, 'CM', 'Baucar Jurnal', 'gui', 'perakuan-1 perakuan-2', 0, 'B', '', 1, 0),
    (33, 1, 'FM', 'Pindahan Dana', 'gui', 'perakuan-1 perakuan-2', 0, 'C', 'Modul tidak pasti: FM atau FI', 1, 0),
    (34, 1, 'GL', 'Baucar Jurnal', 'portal', 'perakuan-1 perakuan-2 akuan-terima', 0, 'A', '', 1, 0),
    (35, 1, 'MM', 'Arahan Bayaran Dengan Pesanan Pembelian Kerajaan', 'portal', 'perakuan-1 perakuan-2', 0, 'C', 'Modul tidak pasti: MM', 1, 0),
    (36, 1, 'Treasury', 'GDS', 'gui', 'perakuan-1 perakuan-2', 0, 'B', 'Nama: keyakinan B', 1, 0),
    (37, 1, 'Treasury', 'Investment Money Market', 'gui', 'perakuan-1 perakuan-2', 0, 'A', '', 1, 0),
    (38, 1, 'Treasury', 'Investment Securities', 'gui', 'perakuan-1 perakuan-2', 0, 'A', '', 1, 0),
    (39, 1, 'LMS', 'GALMOS - ELA', 'gui', 'perakuan-1 perakuan-2', 0, 'B', '', 1, 0),
    (40, 1, 'LMS', 'GLOMS - Domestic Loan', 'gui', 'perakuan-1 perakuan-2', 0, 'B', 'Nama: keyakinan B', 1, 0),
    (41, 1, 'LMS', 'GLOMS - External Loan', 'gui', 'perakuan-1 perakuan-2', 0, 'B', 'Nama: keyakinan B', 1, 0),
    (42, 1, 'LMS', 'GLOMS - Federal Loan', 'gui', 'perakuan-1 perakuan-2', 0, 'B', 'Nama: keyakinan B', 1, 0),
    (43, 1, 'LMS', 'VPN', 'gui', 'perakuan-1 perakuan-2', 0, 'C', 'Nama tidak pasti: VPN atau VPM', 1, 0),
    (44, 1, 'HCM', 'Payroll Posting to Finance', 'gui', 'penyemak', 0, 'A', '', 1, 0),
    (45, 1, 'HCM', 'AP Cheque file creation program (Saraan)', 'gui', 'penyemak', 0, 'A', '', 1, 0),
    (46, 1, 'HCM', 'EFT/Cheque for EFT payment by Employer Reference Number', 'gui', 'penyemak', 0, 'A', '', 1, 0),
    (47, 1, 'GUMIS', 'Baucar Jurnal', 'gui', 'perakuan-1 perakuan-2', 0, 'A', '', 1, 0),
    (48, 1, 'GUMIS', 'Kemaskini Data Induk/Entiti', 'gui', 'perakuan-1 perakuan-2', 0, 'A', '', 1, 0),
    (49, 1, 'GUMIS', 'Warta', 'gui', 'perakuan-1 perakuan-2', 0, 'A', '', 1, 0),
    (50, 1, 'GUMIS', 'Pembetulan Entiti & Empunya', 'gui', 'perakuan-1 perakuan-2', 0, 'A', '', 1, 0);
