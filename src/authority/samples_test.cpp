#include "authority/samples_for_tests.hpp"

#include <stdexcept>

namespace beian::authority::testing {

Json sample_document(int n) {
  const std::string number = std::to_string(n);
  const std::string text = R"({
    "entity": {
      "name": "样例科技有限公司)" +
                           number + R"(",
      "nature": 4,
      "investor": "样例投资人",
      "location": {"province": 440000, "city": 440100, "county": 440106, "address": "样例路 1 号"},
      "certificate": {"type": 1, "number": "SAMPLE)" +
                           number + R"(", "address": "样例路 1 号"},
      "manager": {"name": "样例甲", "office_phone": "020-00000001", "mobile": "13800000001",
                  "emergency_mobile": "13800000009", "email": "a@yangli-example.cn",
                  "certificate_type": 2, "certificate_number": "999999190001010011"},
      "remark": ""
    },
    "services": [{
      "kind": "website",
      "name": "样例网站)" + number +
                           R"(",
      "domains": ["yangli-example)" +
                           number + R"(.cn", "yangli-other)" + number + R"(.cn"],
      "home_url": "www.yangli-example)" +
                           number + R"(.cn",
      "contents": [1, 2], "languages": [1],
      "accesses": [{"locations": [11], "methods": [1, 2],
                    "addresses": [{"from": "203.0.113.1", "to": "203.0.113.4"},
                                  {"from": "198.51.100.7", "to": "198.51.100.7"}]}],
      "manager": {"name": "样例乙", "office_phone": "020-00000002", "mobile": "13800000002",
                  "email": "b@yangli-example.cn", "certificate_type": 2,
                  "certificate_number": "999999190001010038"}
    }]
  })";
  auto document = parse_json(text);
  if (!document) throw std::logic_error("the sample is not JSON");
  return *document;
}

}  // namespace beian::authority::testing
