problem-tries-spent = Semua percubaan telah digunakan
    .remedy = Had { $limit } percubaan telah dicapai. Sila buktikan identiti anda sekali lagi untuk meneruskan.
problem-too-many-tries = Terlalu banyak percubaan
    .remedy = Sila cuba sekali lagi selepas { $until }.
