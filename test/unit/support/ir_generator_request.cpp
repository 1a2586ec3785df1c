// Requests: typed mostly, so that they get past the first test; wrong often
// enough that every outcome of every table is met.
#include <string>
#include <utility>

#include "test/unit/support/ir_generator.h"
#include "test/unit/support/vocabulary.h"

namespace polc::testing {
namespace {

using eval::Value;
using ir::Kind;

Value NumberValue(double number) {
  Value value;
  value.kind = Kind::kNumber;
  value.number = number;
  return value;
}

Value OfKind(Kind kind) {
  Value value;
  value.kind = kind;
  return value;
}

void AddMember(const std::string& name, Value member, Value* object) {
  object->names.push_back(name);
  object->items.push_back(std::move(member));
}

}  // namespace

Value Generator::Scalar() {
  switch (random_.Below(8)) {
    case 0:
      return OfKind(Kind::kNull);
    case 1: {
      Value value = OfKind(Kind::kBool);
      value.boolean = random_.Percent(50);
      return value;
    }
    case 2:
    case 3:
      return NumberValue(random_.Pick(Numbers()));
    case 4: {
      Value value = OfKind(Kind::kBigInt);
      value.number = 9007199254740992.0;
      return value;
    }
    case 5:
      if (random_.Percent(20)) {
        return Value::String(std::string(4000 + random_.Below(200), '/'));
      }
      return Value::String(random_.Pick(Paths()));
    default:
      return Value::String(random_.Pick(Texts()));
  }
}

Value Generator::MakeValue(int depth) {
  if (depth <= 0 || random_.Percent(70)) return Scalar();
  Value value = OfKind(random_.Percent(50) ? Kind::kList : Kind::kObject);
  const uint32_t count = random_.Below(4);
  for (uint32_t i = 0; i < count; ++i) {
    Value item = MakeValue(depth - 1);
    if (value.kind == Kind::kList) {
      value.items.push_back(std::move(item));
      continue;
    }
    const std::string& name = random_.Pick(Arguments()).name;
    if (value.Find(name) == nullptr) AddMember(name, std::move(item), &value);
  }
  return value;
}

Value Generator::ValueOf(Shape shape) {
  switch (shape) {
    case Shape::kText:
      return Value::String(random_.Pick(Texts()));
    case Shape::kPath:
      return Value::String(random_.Pick(Paths()));
    case Shape::kUrl:
      return Value::String(random_.Pick(Urls()));
    case Shape::kAddress:
      return Value::String(random_.Pick(Addresses()));
    case Shape::kNumber:
      return NumberValue(random_.Pick(Numbers()));
    case Shape::kBool: {
      Value value = OfKind(Kind::kBool);
      value.boolean = random_.Percent(50);
      return value;
    }
    case Shape::kTime:
      return Value::String(random_.Pick(Times()));
    case Shape::kHost:
      return Value::String(random_.Pick(Hosts()));
    case Shape::kNumbers:
    case Shape::kTexts:
    case Shape::kRecords: {
      Value value = OfKind(Kind::kList);
      const uint32_t count = random_.Below(4);
      for (uint32_t i = 0; i < count; ++i) {
        value.items.push_back(
            random_.Percent(5)         ? Scalar()
            : shape == Shape::kNumbers ? ValueOf(Shape::kNumber)
            : shape == Shape::kTexts
                ? ValueOf(random_.Percent(70) ? Shape::kText : Shape::kHost)
                : ValueOf(Shape::kRecord));
      }
      return value;
    }
    case Shape::kRecord: {
      Value value = Value::Object();
      if (random_.Percent(85)) AddMember("name", ValueOf(Shape::kText), &value);
      if (random_.Percent(85)) {
        AddMember("count", ValueOf(Shape::kNumber), &value);
      }
      if (random_.Percent(50)) AddMember("path", ValueOf(Shape::kPath), &value);
      return value;
    }
  }
  return Scalar();
}

eval::Request Generator::MakeRequest() {
  eval::Request request;
  request.server = random_.Percent(97) ? random_.Pick(Servers()) : "other";
  if (random_.Percent(90)) {
    request.tool = random_.Pick(Tools());
  } else if (random_.Percent(40)) {
    request.method = "resources/read";
    request.resource = "file://" + random_.Pick(Paths());
  } else if (random_.Percent(40)) {
    request.method = "prompts/get";
    request.prompt = random_.Pick(Texts());
  } else {
    request.method = "sampling/createMessage";
    request.defined = random_.Percent(50);
  }
  for (const Argument& argument : Arguments()) {
    if (random_.Percent(15)) continue;
    AddMember(argument.name,
              random_.Percent(90) ? ValueOf(argument.shape) : MakeValue(2),
              &request.args);
  }
  request.caller.grant = random_.Percent(50) ? "ci" : random_.Pick(Texts());
  if (random_.Percent(80)) {
    request.caller.subject =
        random_.Percent(50) ? "alice" : random_.Pick(Texts());
  }
  for (uint32_t i = random_.Below(3); i > 0; --i) {
    request.caller.roles.push_back(random_.Pick(Texts()));
  }
  if (random_.Percent(60)) {
    AddMember("team", MakeValue(1), &request.caller.claims);
  }
  if (random_.Percent(80)) request.session = random_.Pick(Texts());
  request.now = static_cast<int64_t>(random_.Below(2'000'000'000));
  for (const GeneratedMark& mark : Marks()) {
    const bool somebody =
        mark.key == ir::Root::kGrant ||
        (mark.key == ir::Root::kSubject ? request.caller.subject.has_value()
                                        : request.session.has_value());
    if (somebody && random_.Percent(10)) request.marks.push_back(mark.name);
  }
  // Summer time begins, long before zones, and when every table has ended.
  if (random_.Percent(10)) request.now = 1'774'746'000 - random_.Below(2);
  if (random_.Percent(5)) request.now = -3'000'000'000 + random_.Below(9);
  if (random_.Percent(10)) request.now *= 20;
  return request;
}

}  // namespace polc::testing
