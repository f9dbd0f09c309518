// The base codes (JCDM) as this authority hands them out: the project's own tables (data/codes) in
// the form of the interface.
#pragma once

#include "base/json.hpp"
#include "platform/db/db.hpp"

namespace beian::sandbox {

// The model below DownloadData's `base_codes`: every reporting unit and every table that we have.
// Opinion classes of users (Yjfk_Wtfls) are none of ours.
Json code_tables(db::Tx& tx);

}  // namespace beian::sandbox
