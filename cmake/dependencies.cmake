# Libraries from Debian 12. Each is used by one folder of src/platform (or the room named here).
find_package(Threads REQUIRED)
find_package(PkgConfig REQUIRED)
find_package(Boost 1.81 REQUIRED COMPONENTS json url)  # json: base; Beast and url: platform/http
find_package(OpenSSL 3 REQUIRED)                       # platform/crypto
find_package(LibXml2 REQUIRED)                         # platform/xml
find_package(CURL REQUIRED)                            # platform/http client
find_package(fmt REQUIRED)
find_package(spdlog REQUIRED)                          # platform/log
find_package(prometheus-cpp REQUIRED CONFIG)           # platform/metrics
pkg_check_modules(sqlite3 REQUIRED IMPORTED_TARGET sqlite3) # platform/db
pkg_check_modules(pq REQUIRED IMPORTED_TARGET libpq)
find_package(ZLIB REQUIRED)                            # wire: checksums
pkg_check_modules(zip REQUIRED IMPORTED_TARGET libzip) # wire, platform/sheet
pkg_check_modules(xlsxwriter REQUIRED IMPORTED_TARGET xlsxwriter) # platform/sheet
pkg_check_modules(cares REQUIRED IMPORTED_TARGET libcares) # platform/dns
pkg_check_modules(idn2 REQUIRED IMPORTED_TARGET libidn2)
pkg_check_modules(isal REQUIRED IMPORTED_TARGET libisal) # gate: gzip of logs
pkg_check_modules(zstd REQUIRED IMPORTED_TARGET libzstd) # gate: zstd of logs
pkg_check_modules(psl REQUIRED IMPORTED_TARGET libpsl)
pkg_check_modules(vips REQUIRED IMPORTED_TARGET vips)  # platform/image
pkg_check_modules(argon2 REQUIRED IMPORTED_TARGET libargon2)
find_package(ICU REQUIRED COMPONENTS uc)                 # accounts: names and passwords in NFC
find_package(CLI11 REQUIRED)
find_package(tomlplusplus REQUIRED)

if(BEIAN_TESTS OR BEIAN_BENCH)
  find_package(GTest REQUIRED)
  add_library(rapidcheck INTERFACE)
  find_library(BEIAN_RAPIDCHECK rapidcheck REQUIRED)
  target_link_libraries(rapidcheck INTERFACE ${BEIAN_RAPIDCHECK})
endif()
if(BEIAN_BENCH)
  find_package(benchmark REQUIRED)
endif()
