// One authority link: how this provider reaches one authority, and how patiently.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/personal.hpp"
#include "wire/envelope.hpp"

namespace beian::authority {

// Three months of 31, 31 and 30 days.
inline constexpr Millis kLeastKept = std::chrono::days{92};

struct LinkConfig {
  std::string id;                  // letters, digits, hyphen; orders name their link by it
  std::vector<int64_t> provinces;  // six-digit codes (440000) that this authority serves
  std::string upload_wsdl_url;     // …/ISPWebService/upDownLoad?wsdl
  std::string query_wsdl_url;      // …/BeianStatusWebService/queryBeianStatus?wsdl
  std::string verify_wsdl_url;     // …/BeianStatusWebService/verifyBamm?wsdl; empty: not offered
  std::string user_name;
  Secret password;
  int64_t provider_id = 0;  // ispId, Qqdwid
  std::string profile = "miit-3.0";
  wire::EnvelopeKeys keys;

  // How long an answer may take, when the authority names no deadline.
  int unfiled_site_days = 5;
  int verification_days = 10;
  int rectification_days = 15;

  size_t sync_batch = 200;  // records of a full synchronisation applied in one transaction
  // A library that comes in several files is whole when the authority has nothing to give and
  // nothing of it came for so long.
  Millis sync_quiet{600'000};

  size_t max_records = 1000;                 // of one upload file (interface: 1000)
  size_t max_xml_bytes = 50u * 1024 * 1024;  // of one upload file (interface: 50 MB)

  // Of the XML of one downloaded file of a library (SJTB); of any other 50 MB, as the interface
  // says. While it is stored some twice as much memory is needed.
  size_t max_library_bytes = 512u * 1024 * 1024;

  Millis poll{30'000};            // between looks for downloads when nothing is expected
  Millis poll_soon{1'000};        // after an upload or a download: results are on their way
  Millis soon_for{60'000};        // how long after such an event poll_soon holds
  Millis retry_first{1'000};      // back-off after a failure: doubles, with jitter
  Millis retry_most{300'000};     // … up to this
  Millis blocked_retry{600'000};  // wrong password and the like: a person must act first
  int refusal_tries = 3;          // sendings of a file that the authority refuses as a whole
  int unclear_tries = 5;          // answers 999 in a row, before a person is called
  int hash_tries = 3;             // downloads whose hash is wrong, before one is kept unopened

  Millis connect_timeout{5'000};
  Millis call_timeout{120'000};  // upload and download
  Millis query_timeout{10'000};  // status queries: somebody is waiting

  // How long the bytes of files are kept after their matter ended (interface: at least 3 months).
  Millis keep_bytes = kLeastKept;
  Millis password_pause{24 * 3'600'000};  // after code 22, which names no time
};

}  // namespace beian::authority
