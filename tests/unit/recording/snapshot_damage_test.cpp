// Bytes that are no snapshot: a table of damages, each with what the reader says about it.
#include <string>
#include <vector>

#include "snapshot_fixture.hpp"

namespace vyre::recording {
namespace {

constexpr const char* kFix = "write the snapshot again, or take an unharmed copy";

struct Damage {
  std::string name;
  std::string header;
  std::size_t data_bytes;
  std::string what;
  std::string at;  ///< the header's text at the byte that the error names; empty: its first byte
  std::string fix = kFix;
  ErrorCode code = ErrorCode::kBadInput;
};

void PrintTo(const Damage& damage, std::ostream* out) { *out << damage.header; }

std::string tensor(const std::string& name, const std::string& dtype, const std::string& shape,
                   const std::string& offsets) {
  return "\"" + name + R"(":{"dtype":")" + dtype + R"(","shape":)" + shape + R"(,"data_offsets":)" + offsets +
         "}";
}

std::string control_of(const std::string& shape, const std::string& offsets) {
  return "{" + tensor("control", "U32", shape, offsets) + "}";
}

const std::vector<Damage>& damages() {
  static const std::vector<Damage> table{
      {"NotAnObject", "[]", 0, "the header does not begin with '{'", "[",
       "check that the file is a safetensors file"},
      {"EmptyHeader", "", 4, "the header does not begin with '{'", "",
       "check that the file is a safetensors file"},
      {"BadJson", R"({"control":;})", 0,
       "the header is no JSON: syntax error while parsing value - invalid literal; last read: "
       "'\"control\":;'",
       ";"},
      {"CutJson", R"({"control":{)", 0,
       "the header is no JSON: syntax error while parsing object key - unexpected end of input; expected "
       "string "
       "literal",
       "$"},
      {"TextAfter", R"({} x)", 0,
       "the header is no JSON: syntax error while parsing value - invalid literal; last read: '{} x'; "
       "expected end of "
       "input",
       "x"},
      {"NoTensor", "{}", 0, "none of the file's tensors is a snapshot's", "{",
       "name a file that vyre wrote with --dump"},
      {"OnlyOthers", "{" + tensor("weights", "F32", "[1]", "[0,4]") + "}", 4,
       "none of the file's tensors is a snapshot's", "{", "name a file that vyre wrote with --dump"},
      {"TensorIsNumber", R"({"control":7})", 0, "a number where a tensor's object must stand", "7"},
      {"TensorIsString", R"({"control":"x"})", 0, "a string where a tensor's object must stand", "\"x\""},
      {"TensorIsNull", R"({"control": null})", 0, "null where a tensor's object must stand", "null"},
      {"TensorIsArray", R"({"control":[]})", 0, "an array where a tensor's object must stand", "[]"},
      {"MetadataIsArray", R"({"__metadata__":[]})", 0, "an array where the metadata's object must stand",
       "[]"},
      {"MetadataNumber", R"({"__metadata__":{"a":1}})", 0, "a number where a metadata string must stand",
       "1}"},
      {"MetadataObject", R"({"__metadata__":{"a":{}}})", 0, "an object where a metadata string must stand",
       "{}}"},
      {"MetadataTwice", R"({"__metadata__":{"a":"1","a":"2"}})", 0, "metadata 'a' stands twice", "\"2\""},
      {"TwoMetadata", R"({"__metadata__":{},"__metadata__":{}})", 0,
       "'__metadata__' stands twice in the header", R"("__metadata__":{}})"},
      {"TensorTwice",
       "{" + tensor("ring", "U32", "[0,16]", "[0,0]") + "," + tensor("ring", "U32", "[0,16]", "[0,0]") + "}",
       0, "'ring' stands twice in the header",
       R"("ring":{"dtype":"U32","shape":[0,16],"data_offsets":[0,0]}})"},
      {"NoDtype", R"({"control":{"shape":[0],"data_offsets":[0,0]}})", 0, "tensor 'control' has no 'dtype'",
       "\"control\""},
      {"NoShape", R"({"control":{"dtype":"U32","data_offsets":[0,0]}})", 0, "tensor 'control' has no 'shape'",
       "\"control\""},
      {"NoOffsets", R"({"control":{"dtype":"U32","shape":[0]}})", 0, "tensor 'control' has no 'data_offsets'",
       "\"control\""},
      {"EmptyTensor", R"({"control":{}})", 0, "tensor 'control' has no 'dtype'", "\"control\""},
      {"UnknownField", R"({"control":{"size":[0]}})", 0, "tensor 'control' has an unknown field 'size'",
       "\"size\""},
      {"FieldTwice", R"({"control":{"dtype":"U32","dtype":"U32"}})", 0, "tensor 'control' has 'dtype' twice",
       R"("dtype":"U32"}})"},
      {"DtypeNumber", R"({"control":{"dtype":32}})", 0, "a number where a dtype string must stand", "32"},
      {"DtypeArray", R"({"control":{"dtype":[]}})", 0, "an array where a dtype string must stand", "[]"},
      {"ShapeString", R"({"control":{"shape":"1"}})", 0, "a string where an array of numbers must stand",
       "\"1\""},
      {"ShapeNumber", R"({"control":{"shape":1}})", 0, "a number where an array of numbers must stand", "1}"},
      {"ShapeNegative", control_of("[-1]", "[0,0]"), 0, "a negative number where a number from 0 must stand",
       "-1"},
      {"ShapeFraction", control_of("[1.5]", "[0,0]"), 0, "a fraction where a number from 0 must stand",
       "1.5"},
      {"ShapeBeyond64Bits", control_of("[18446744073709551616]", "[0,0]"), 0,
       "a fraction where a number from 0 must stand", "18446744073709551616"},
      {"ShapeNested", control_of("[[1]]", "[0,0]"), 0, "an array where a number from 0 must stand", "[1]"},
      {"ShapeBoolean", control_of("[true]", "[0,0]"), 0, "a boolean where a number from 0 must stand",
       "true"},
      {"ShapeObject", control_of("[{}]", "[0,0]"), 0, "an object where a number from 0 must stand", "{}"},
      {"ManyDimensions", control_of("[1,1,1,1,1,1,1,1,9]", "[0,4]"), 4,
       "tensor 'control' has more than 8 dimensions", "9]"},
      {"OneOffset", control_of("[0]", "[0]"), 0, "tensor 'control' has 1 data_offsets instead of 2", "[0]}}"},
      {"NoOffsetNumbers", control_of("[0]", "[]"), 0, "tensor 'control' has 0 data_offsets instead of 2",
       "[]}}"},
      {"ThreeOffsets", control_of("[0]", "[0,0,5]"), 0, "tensor 'control' has more than 2 data_offsets",
       "5]"},
      {"EndBeforeBegin", control_of("[1]", "[4,0]"), 4, "tensor 'control' ends at 0, before its begin at 4",
       "[4,0]"},
      {"EndBeyondFile", control_of("[2]", "[0,8]"), 4,
       "tensor 'control' ends at data byte 8, the file has 4: it was cut", "[0,8]"},
      {"EndFarBeyond", control_of("[1]", "[0,18446744073709551615]"), 4,
       "tensor 'control' ends at data byte 18446744073709551615, the file has 4: it was cut",
       "[0,18446744073709551615]"},
      {"GapBefore", control_of("[1]", "[4,8]"), 8,
       "tensor 'control' begins at 4, and no tensor covers the bytes from 0", "[4,8]"},
      {"Overlap",
       "{" + tensor("control", "U32", "[2]", "[0,8]") + "," + tensor("x", "U32", "[2]", "[4,12]") + "}", 12,
       "tensor 'x' begins at 4, inside the one before, which ends at 8", "[4,12]"},
      {"SameBytes",
       "{" + tensor("control", "U32", "[1]", "[0,4]") + "," + tensor("x", "U32", "[1]", "[0,4]") + "}", 4,
       "tensor 'x' begins at 0, inside the one before, which ends at 4", R"([0,4]}})"},
      {"Gap", "{" + tensor("control", "U32", "[1]", "[0,4]") + "," + tensor("x", "U32", "[1]", "[5,9]") + "}",
       9, "tensor 'x' begins at 5, and no tensor covers the bytes from 4", "[5,9]"},
      {"WrongDtype", "{" + tensor("control", "F32", "[1]", "[0,4]") + "}", 4,
       "tensor 'control' is of F32, not U32", "\"F32\""},
      {"ControlWithColumns", control_of("[1,1]", "[0,4]"), 4,
       "tensor 'control' has the shape [1, 1], not [words]", "[1,1]"},
      {"ControlWithoutDimension", control_of("[]", "[0,4]"), 4,
       "tensor 'control' has the shape [], not [words]", "[]"},
      {"RingFlat", "{" + tensor("ring", "U32", "[16]", "[0,64]") + "}", 64,
       "tensor 'ring' has the shape [16], not [slots, 16]", "[16]"},
      {"RingOf8", "{" + tensor("ring", "U32", "[2,8]", "[0,64]") + "}", 64,
       "tensor 'ring' has the shape [2, 8], not [slots, 16]", "[2,8]"},
      {"ShapeOverflows", "{" + tensor("ring", "U32", "[288230376151711745,16]", "[0,64]") + "}", 64,
       "tensor 'ring' has 288230376151711745 rows, at most 1048576 are possible", "[288230376151711745"},
      {"IoQueueLarge", "{" + tensor("io_queue", "U32", "[65,8]", "[0,2080]") + "}", 2080,
       "tensor 'io_queue' has 65 rows, at most 64 are possible", "[65,8]"},
      {"ShapeAndBytesDiffer", control_of("[2]", "[0,4]"), 4,
       "tensor 'control' has 4 bytes, its shape [2] takes 8", "[0,4]"},
      {"SlotsDiffer",
       "{" + tensor("ring", "U32", "[1,16]", "[0,64]") + "," +
           tensor("completions", "U32", "[2,2]", "[64,80]") + "}",
       80, "a ring of 1 slots with completions of 2", "{"},
      {"NewerVersion",
       R"({"__metadata__":{"vyre.snapshot":"2"},)" + tensor("control", "U32", "[0]", "[0,0]") + "}", 0,
       "snapshot version '2', this library knows 1", "\"2\"",
       "read it with the version of vyre that wrote it, or a newer one"},
      {"FormatsNoJson", R"({"__metadata__":{"vyre.formats":"x"}})", 0, "vyre.formats: no JSON at its byte 1",
       "\"x\""},
      {"FormatsString", R"({"__metadata__":{"vyre.formats":"\"x\""}})", 0,
       "vyre.formats: the formats are no object", R"("\"x\"")"},
      {"FormatsArray", R"({"__metadata__":{"vyre.formats":"[]"}})", 0,
       "vyre.formats: an array is no format string", "\"[]\""},
      {"FormatsNumber", R"({"__metadata__":{"vyre.formats":"{\"1\":1}"}})", 0,
       "vyre.formats: a number is no format string", R"("{\"1\")"},
      {"FormatsNested", R"({"__metadata__":{"vyre.formats":"{\"1\":{}}"}})", 0,
       "vyre.formats: an object is no format string", R"("{\"1\")"},
      {"FormatsId", R"({"__metadata__":{"vyre.formats":"{\"-1\":\"x\"}"}})", 0,
       "vyre.formats: '-1' is no format id", R"("{\"-1\")"},
      {"FormatsIdBeyond", R"({"__metadata__":{"vyre.formats":"{\"4294967296\":\"x\"}"}})", 0,
       "vyre.formats: '4294967296' is no format id", R"("{\"4)"},
      {"FormatTwice", R"({"__metadata__":{"vyre.formats":"{\"1\":\"x\",\"01\":\"y\"}"}})", 0,
       "vyre.formats: format 1 stands twice", R"("{\"1)"},
      {"HandlersNoJson", R"({"__metadata__":{"vyre.handlers":"{"}})", 0,
       "vyre.handlers: no JSON at its byte 2", "\"{\""},
      {"HandlersString", R"({"__metadata__":{"vyre.handlers":"\"x\""}})", 0,
       "vyre.handlers: the handlers are no object", R"("\"x\"")"},
      {"HandlersArray", R"({"__metadata__":{"vyre.handlers":"[]"}})", 0,
       "vyre.handlers: an array is no handler's name", "\"[]\""},
      {"HandlersNull", R"({"__metadata__":{"vyre.handlers":"{\"8\":null}"}})", 0,
       "vyre.handlers: null is no handler's name", R"("{\"8\")"},
      {"HandlersOpcode", R"({"__metadata__":{"vyre.handlers":"{\"0x8\":\"x\"}"}})", 0,
       "vyre.handlers: '0x8' is no opcode", R"("{\"0x8\")"},
      {"HandlersOpcodeBeyond", R"({"__metadata__":{"vyre.handlers":"{\"4294967296\":\"x\"}"}})", 0,
       "vyre.handlers: '4294967296' is no opcode", R"("{\"4)"},
      {"HandlerTwice", R"({"__metadata__":{"vyre.handlers":"{\"8\":\"x\",\"08\":\"y\"}"}})", 0,
       "vyre.handlers: opcode 8 stands twice", R"("{\"8)"},
      {"TenantsBoolean", R"({"__metadata__":{"vyre.tenants":"{\"1\":true}"}})", 0,
       "vyre.tenants: a boolean is no tenant's name", R"("{\"1\")"},
      {"TenantsNested", R"({"__metadata__":{"vyre.tenants":"{\"1\":{}}"}})", 0,
       "vyre.tenants: an object is no tenant's name", R"("{\"1\")"},
      {"TenantsString", R"({"__metadata__":{"vyre.tenants":"\"x\""}})", 0,
       "vyre.tenants: the tenants are no object", R"("\"x\"")"},
      {"TenantsId", R"({"__metadata__":{"vyre.tenants":"{\"\":\"x\"}"}})", 0,
       "vyre.tenants: '' is no tenant id", R"("{\"\")"},
      {"TenantTwice", R"({"__metadata__":{"vyre.tenants":"{\"1\":\"x\",\"01\":\"y\"}"}})", 0,
       "vyre.tenants: tenant 1 stands twice", R"("{\"1)"},
  };
  return table;
}

class SnapshotDamage : public testing::TestWithParam<Damage> {};

TEST_P(SnapshotDamage, IsToldWithItsByte) {
  const Damage& damage = GetParam();
  const auto read = decode(safetensors(damage.header, damage.data_bytes));
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().code, damage.code);
  EXPECT_EQ(read.error().what, damage.what);
  std::size_t at = damage.at == "$" ? damage.header.size() : damage.header.rfind(damage.at);
  if (damage.at == "{" || damage.at == "[" || damage.at.empty()) at = 0;
  if (damage.at == "[]" || damage.at == "[0,4]") at = damage.header.find(damage.at);
  ASSERT_NE(at, std::string::npos) << "the table names text that is not in the header";
  EXPECT_EQ(read.error().where, "s.vyre: byte " + std::to_string(8 + at)) << damage.header.substr(at);
  EXPECT_EQ(read.error().fix, damage.fix);
}

INSTANTIATE_TEST_SUITE_P(Each, SnapshotDamage, testing::ValuesIn(damages()),
                         [](const auto& test) { return test.param.name; });

void expect_refused(std::string_view bytes, ErrorCode code, std::string_view what, std::string_view where,
                    std::string_view fix = kFix) {
  const auto read = decode(bytes);
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().code, code);
  EXPECT_EQ(read.error().what, what);
  EXPECT_EQ(read.error().where, where);
  EXPECT_EQ(read.error().fix, fix);
}

TEST(SnapshotLimits, HeaderLength) {
  expect_refused(std::string("\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF", 8), ErrorCode::kBadInput,
                 "a header of 18446744073709551615 bytes, at most 100000000 are possible", "s.vyre: byte 0",
                 "check that the file is a safetensors file");
  expect_refused(std::string("\x05\0\0\0\0\0\0\0{}", 10), ErrorCode::kBadInput,
                 "a header of 5 bytes leaves the file of 10 bytes: it was cut", "s.vyre: byte 0");
  expect_refused("1234567", ErrorCode::kBadInput, "the file ends after 7 bytes, the header's length takes 8",
                 "s.vyre: byte 7");
}

TEST(SnapshotLimits, BytesBehindTheTensors) {
  const std::string header = control_of("[1]", "[0,4]");
  expect_refused(safetensors(header, 6), ErrorCode::kBadInput, "2 bytes follow that belong to no tensor",
                 "s.vyre: byte " + std::to_string(8 + header.size() + 4));
}

TEST(SnapshotLimits, AMillionLevelsOfNestingAreRefusedAtTheFirstWrongOne) {
  constexpr std::size_t kDepth = 1'000'000;
  const std::string arrays(kDepth, '[');
  expect_refused(safetensors(R"({"control":{"shape":)" + arrays, 0), ErrorCode::kBadInput,
                 "an array where a number from 0 must stand", "s.vyre: byte 29");
  std::string objects = R"({"a":)";
  for (std::size_t i = 0; i < kDepth / 4; ++i) objects += R"({"a":)";
  expect_refused(safetensors(objects, 0), ErrorCode::kBadInput, "tensor 'a' has an unknown field 'a'",
                 "s.vyre: byte 14");
  std::string quoted = R"({"__metadata__":{"vyre.formats":")" + arrays + "\"}}";
  expect_refused(safetensors(quoted, 0), ErrorCode::kBadInput, "vyre.formats: an array is no format string",
                 "s.vyre: byte 40");
}

TEST(SnapshotLimits, TooManyTensors) {
  std::string header = "{";
  std::size_t last = 0;
  for (int i = 0; i <= 65'536; ++i) {
    if (i > 0) header += ',';
    last = header.size();
    header += tensor("t" + std::to_string(i), "U8", "[0]", "[0,0]");
  }
  expect_refused(safetensors(header + "}", 0), ErrorCode::kTooMany, "more than 65536 tensors",
                 "s.vyre: byte " + std::to_string(8 + last));
}

TEST(SnapshotTolerance, ReadsWhatOtherToolsWrite) {
  // No metadata, spaces in the text, tensors out of order, one of another name and type, empty ones.
  const std::string header = "{ " + tensor("completions", "U32", "[1, 2]", "[ 74 , 82 ]") + " , " +
                             tensor("extra", "F16", "[5]", "[64,74]") + ",\n" +
                             tensor("ring", "U32", "[1,16]", "[0,64]") + "," +
                             tensor("debug_log", "U32", "[0]", "[82,82]") + "}   ";
  const auto read = decode(safetensors(header, 82));
  ASSERT_TRUE(read) << to_text(read.error());
  EXPECT_EQ(read->ring.size(), 16U);
  EXPECT_EQ(read->completions.size(), 2U);
  EXPECT_TRUE(read->control.empty());
  EXPECT_TRUE(read->debug_log.empty());
  EXPECT_TRUE(read->metadata.empty());
}

}  // namespace
}  // namespace vyre::recording
