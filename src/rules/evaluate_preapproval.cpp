// Approvals before filing: what a hint asks for, nationally and in the provinces.
#include <algorithm>
#include <array>

#include "base/text.hpp"
#include "rules/look.hpp"
#include "rules/preapproval.hpp"

namespace beian::rules {
namespace {

using Words = std::vector<std::string>;

std::string hint(const Hit& hit) {
  constexpr auto kWhere =
      std::to_array<std::string_view>({"主体名称", "经营范围", "服务名称", "域名", "服务内容"});
  return std::string(kWhere.at(static_cast<size_t>(hit.field))) + "含" + in_brackets(hit.word) +
         "，疑涉" + hit.category->title + "，";
}

// Demands `material` unless an approval or one of the other materials is there.
void ask(Findings& out, const View& v, std::string_view param, const Hit& hit,
         const std::string& text, std::string_view material, const Words& instead = {}) {
  if (approved(*hit.category, v)) return;
  if (material != "preapproval-document" && out.has("preapproval-document")) return;
  if (std::ranges::any_of(instead, [&](const auto& other) { return out.has(other); })) return;
  out.demand(param, hit.at, hint(hit) + text, material);
}

Judge preapproval_document(Params& p) {
  p.word("see", {"preapproval.json"});
  return [](const View& v, Findings& out) {
    if (v.is_order("cancel")) return;
    for (const auto& category : preapproval_categories()) {
      const auto hits = hits_of(category, v);
      if (hits.empty()) continue;
      const bool letter = category.takes_letter(v.facts.province);
      std::string text = "涉及的请附" + category.document;
      if (letter) text += "，不涉及的附不涉及承诺书";
      Words instead{"preapproval-document"};
      if (letter) instead.push_back(category.letter);
      // A business scope is long and says little about the site: a hint for people.
      const auto strong = std::ranges::find_if(
          hits, [](const Hit& hit) { return hit.field != HintField::business_scope; });
      if (strong != hits.end())
        ask(out, v, "see", *strong, text, "preapproval-document", instead);
      else if (!approved(category, v))
        out.advise("see", hits.front().at, hint(hits.front()) + text);
    }
  };
}

struct Declaration {
  std::string mode, education, finance, culture, games, bbs;
  Words education_words, culture_letter, culture_document, prefix_words, excluded, name_words,
      consultation;
  std::vector<std::pair<std::string, std::string>> keywords;  // word in the scope, what then
  bool any_letter = false;  // the province has one letter for whatever is hit
};

// All of the province's ways, each by its own words.
class DeclarationCheck {
 public:
  DeclarationCheck(const Declaration& rule, const View& v, Findings& out)
      : r_(rule), v_(v), out_(out) {}

  void run() {
    education();
    finance();
    culture();
    games();
    if (!r_.bbs.empty())
      for (const auto& hit : hits("bulletin-board"))
        ask(out_, v_, "bbs", hit, "须先有专项审批，否则请修改名称", "preapproval-document");
    names();
    scope();
    any();
  }

 private:
  std::vector<Hit> hits(std::string_view category) const {
    return hits_of(preapproval_category(category), v_);
  }

  void education() {
    if (r_.education.empty()) return;
    const auto one = [&](const Hit& hit) {
      ask(out_, v_, "education", hit, "涉校外培训的附审批文件，不涉及的附不涉及校外培训承诺书",
          "no-offcampus-training-commitment");
    };
    const auto found = hits("education");
    if (!found.empty()) return one(found.front());
    const Entity& e = v_.entity();
    for (const auto* text : {&e.name, e.business_scope ? &*e.business_scope : nullptr}) {
      const std::string word = text ? first_of(*text, r_.education_words) : std::string();
      if (word.empty()) continue;
      return one({&preapproval_category("education"),
                  text == &e.name ? HintField::entity_name : HintField::business_scope, word,
                  "/entity/name"});
    }
  }

  void finance() {
    if (r_.finance.empty()) return;
    const auto found = hits("internet-finance");
    if (found.empty()) return;
    const Hit& hit = found.front();
    if (r_.finance == "approval_only")
      return ask(out_, v_, "finance", hit, "须附金融主管部门批文", "preapproval-document");
    ask(out_, v_, "finance", hit, "涉及的附金融许可，不涉及的附盖章签字的承诺书",
        "finance-commitment-letter");
    if (r_.finance == "licence_or_two_letters")
      ask(out_, v_, "finance", hit, "不涉及的另附接入企业的承诺书",
          "access-provider-finance-commitment");
  }

  void culture() {
    if (!r_.culture.empty()) {
      const auto found = hits("culture");
      if (!found.empty())
        ask(out_, v_, "culture", found.front(), "涉及的附批文，不涉及的附说明",
            "no-culture-commitment");
    }
    const auto& scope = v_.entity().business_scope;
    if (!scope) return;
    const auto hit = [&](const std::string& word) {
      return Hit{&preapproval_category("culture"), HintField::business_scope, word, "/entity/name"};
    };
    if (const auto word = first_of(*scope, r_.culture_document); !word.empty())
      ask(out_, v_, "culture", hit(word), "须附网络文化经营许可证，本省不收承诺书",
          "preapproval-document");
    else if (const auto soft = first_of(*scope, r_.culture_letter); !soft.empty())
      ask(out_, v_, "culture", hit(soft), "不涉及的请附文化承诺书", "no-culture-commitment");
  }

  bool remarked(const Words& words) const {
    bool found = !first_of(v_.entity().remark, words).empty();
    v_.services([&](const Service& s) { found = found || !first_of(s.remark, words).empty(); });
    return found;
  }

  void games() {
    if (!r_.games.empty())
      for (const auto& hit : hits("games"))
        if (hit.field != HintField::domain_label && !remarked({"版号", "ISBN"}))
          out_.wrong("games", hit.at, hint(hit) + "请在备注写明版号（ISBN）");
    v_.domains([&](const Service& s, const Domain& domain) {
      const std::string word =
          first_of(domain.name.substr(0, domain.name.find('.')), r_.prefix_words);
      if (!word.empty() && blank(s.remark))
        out_.wrong("domain_prefix_words", s.at + "/remark",
                   domain.name + "的前缀含" + in_brackets(word) + "，请在备注说明用途");
    });
  }

  void names() {
    v_.services([&](const Service& s) {
      const std::string word = first_of(s.name, r_.name_words);
      if (!word.empty() && s.pre_approvals.empty() && !out_.has("no-offcampus-training-commitment"))
        out_.demand("name_words", s.at + "/name",
                    "服务名称含" + in_brackets(word) + "，须附审批文件", "preapproval-document");
    });
  }

  // "推广(影视)": the first word counts where the second stands as well.
  static bool in_scope(const std::string& scope, const std::string& word) {
    const size_t bracket = word.find('(');
    if (bracket == std::string::npos) return contains(scope, word);
    return contains(scope, word.substr(0, bracket)) &&
           contains(scope, word.substr(bracket + 1, word.size() - bracket - 2));
  }
  void scope() {
    const auto& scope = v_.entity().business_scope;
    if (r_.keywords.empty()) return;
    if (!scope) return out_.unknown("keywords", "/entity/name", "主体的经营范围未知");
    for (const auto& [word, then] : r_.keywords) {
      if (!in_scope(*scope, word)) continue;
      const std::string text = "经营范围含" + in_brackets(word) + "，";
      if (then == "letter")
        out_.demand("keywords", "/entity/name", text + "请附承诺书");
      else if (then == "reduce_scope")
        out_.wrong("keywords", "/entity/name", text + "请核减经营范围");
      else if (!approved(preapproval_category(then.substr(then.find(':') + 1)), v_))
        out_.demand("keywords", "/entity/name", text + "请附前置审批文件", "preapproval-document");
    }
  }

  void any() {
    const bool reduce = r_.mode == "reduce_scope_only", remark = r_.mode == "remark_only";
    if (!reduce && !remark && !r_.any_letter) return;
    for (const auto& category : preapproval_categories()) {
      if (std::ranges::find(r_.excluded, category.id) != r_.excluded.end()) continue;
      if (category.id == "education" && !r_.education.empty()) continue;
      const auto found = hits_of(category, v_);
      if (found.empty() || approved(category, v_)) continue;
      const Hit& hit = found.front();
      if (reduce) {
        if (!out_.has("preapproval-document"))
          out_.wrong("mode", hit.at, hint(hit) + "本省不收情况说明，请核减经营范围或改名");
      } else if (remark) {
        if (!remarked({"不涉及"}))
          out_.wrong("mode", hit.at, hint(hit) + "请在备注写明用途和“不涉及”");
      } else {
        ask(out_, v_, "mode", hit, "不涉及的请附不涉及前置审批承诺书", "no-preapproval-commitment");
        if (!r_.consultation.empty() && !remarked({"咨询", "电话"}))
          out_.wrong("consultation_record", hit.at,
                     hint(hit) + "请先咨询主管部门，在备注写明部门、电话和结论");
      }
    }
  }

  const Declaration& r_;
  const View& v_;
  Findings& out_;
};

// A text, or an object with the words of the province.
std::string way(Params& p, std::string_view name, Params::Words known) {
  if (p.json(name).is_object()) return "by_words";
  return p.word(name, known);
}

void read_keywords(Params& p, Declaration& r) {
  for (const auto& [word, then] : p.json("keywords").members()) {
    const std::string& what = then.as_string();
    const bool category =
        what.starts_with("preapproval:") &&
        std::ranges::find(preapproval_categories(), what.substr(what.find(':') + 1),
                          &Category::id) != preapproval_categories().end();
    if (what != "letter" && what != "reduce_scope" && !category)
      p.fault("keywords/" + word);
    else
      r.keywords.emplace_back(word, what);
  }
}

Words words_in(const Json& json, std::string_view name) {
  Words out;
  for (const auto& word : json[name].items()) out.push_back(word.as_string());
  return out;
}

Judge preapproval_declaration(Params& p) {
  Declaration r;
  r.mode = p.word(
      "mode", {"document_or_letter", "approval_required_for_bbs", "letter", "document_or_statement",
               "document_or_letters", "consult_and_letter", "statement", "letter_by_keyword",
               "by_keyword", "reduce_scope_only", "remark_only"});
  r.education =
      way(p, "education", {"approval_or_letter", "letter_template_exists", "letter", "statement"});
  r.education_words = words_in(p.json("education"), "words");
  r.finance = p.word("finance", {"approval_only", "licence_or_two_letters", "licence_or_letter"});
  if (!p.json("culture").is_object()) r.culture = p.word("culture", {"approval_or_statement"});
  r.culture_letter = words_in(p.json("culture"), "letter_words");
  r.culture_document = words_in(p.json("culture"), "no_letter_words");
  r.games = p.word("games", {"approval_number", "approval_number_in_remark"});
  r.bbs = p.word("bbs", {"approval_required"});
  r.prefix_words = p.texts("domain_prefix_words");
  r.name_words = p.texts("name_words");
  r.consultation = p.words("consultation_record", {"department", "phone", "result"});
  r.excluded = p.texts("excluded");
  read_keywords(p, r);
  // A letter for whatever is hit: where the province consults, excludes something or has a form.
  r.any_letter = !r.consultation.empty() || !r.excluded.empty() || p.flag("template_exists");
  p.word("charity_fund", {"regulator_statement"});
  p.told({"letter_accepted", "remark", "amac_screenshot"});
  return [r](const View& v, Findings& out) {
    if (!v.is_order("cancel")) DeclarationCheck(r, v, out).run();
  };
}

Judge religion_approval(Params& p) {
  const auto approver = p.text("approver");
  return [=](const View& v, Findings& out) {
    v.services([&](const Service& s) {
      if (contains(s.name, "宗教") || contains(s.remark, "宗教"))
        out.demand("approver", s.at, "网站涉及宗教内容，须附" + approver + "的批文");
    });
  };
}

constexpr auto kEvaluators = std::to_array<Evaluator>({
    {"preapproval-document", preapproval_document},
    {"preapproval-declaration", preapproval_declaration},
    {"religion-approval", religion_approval},
});

}  // namespace

std::span<const Evaluator> preapproval_evaluators() {
  return kEvaluators;
}

}  // namespace beian::rules
