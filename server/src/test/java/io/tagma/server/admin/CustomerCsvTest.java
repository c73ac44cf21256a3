package io.tagma.server.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.tagma.engine.model.Attribute;
import io.tagma.engine.model.ValueType;
import io.tagma.engine.protocol.Command;
import io.tagma.engine.protocol.DefinitionKind;
import io.tagma.engine.protocol.NamedValue;
import io.tagma.engine.protocol.SubjectKind;
import io.tagma.engine.protocol.Value;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CustomerCsvTest {
    private static final String MAGENTOS = "email,_website,_store,confirmation,created_at,created_in,"
        + "disable_auto_group_change,dob,firstname,gender,group_id,lastname,middlename,password_hash,prefix,rp_token,"
        + "rp_token_created_at,store_id,suffix,taxvat,website_id,password";

    private final StubEngine engine = new StubEngine();

    CustomerCsvTest() {
        declare("firstname", ValueType.STRING);
        declare("middlename", ValueType.STRING);
        declare("lastname", ValueType.STRING);
        declare("prefix", ValueType.STRING);
        declare("suffix", ValueType.STRING);
        declare("taxvat", ValueType.STRING);
        declare("store", ValueType.STRING);
        declare("createdIn", ValueType.STRING);
        declare("gender", ValueType.ENUM);
        declare("dob", ValueType.DATE);
        declare("createdAt", ValueType.INSTANT);
        declare("disableAutoGroupChange", ValueType.BOOL);
        declare("interests", ValueType.ENUM_SET);
        declare("limit", ValueType.DECIMAL);
        declare("score", ValueType.DOUBLE);
        engine.apply(new Command.PutDefinition(DefinitionKind.WEBSITE, "eu", -1,
            "{\"id\":7}"));
    }

    private void declare(final String key, final ValueType type) {
        engine.apply(new Command.PutDefinition(DefinitionKind.ATTRIBUTE, key, -1,
            "{\"type\":\"" + type + "\"}"));
        assertThat(engine.attributes()).extracting(Attribute::key).contains(key);
    }

    @Test
    void shouldReadARowAsMagentoWritesIt() {
        final Draft draft = only(MAGENTOS + "\njondoe@example.com,base,default,,\"2015-10-30 12:49:47\","
            + "\"Default Store View\",0,1990-02-28,\"Jon \"\"J\"\"\",Male,2,Doe,,d708be3f:xyz:1,Mr.,token,"
            + "\"2015-10-30 12:49:47\",1,Jr.,DE123,1,secret\n");

        final Command.SubjectUpsert upsert = (Command.SubjectUpsert)draft.command();
        assertThat(draft.customer())
            .isEqualTo(new Draft.Customer(null, "base", "jondoe@example.com", "jondoe@example.com"));
        assertThat(upsert.kind()).isEqualTo(SubjectKind.CUSTOMER);
        assertThat(upsert.website()).isEqualTo("base");
        assertThat(upsert.group()).isEqualTo(2);
        assertThat(upsert.addresses()).isNull();
        final Map<String, Object> expected = new LinkedHashMap<>();
        expected.put("email", Value.of("jondoe@example.com"));
        expected.put("store", Value.of("default"));
        expected.put("createdAt", Value.of(1_446_209_387_000L));
        expected.put("createdIn", Value.of("Default Store View"));
        expected.put("disableAutoGroupChange", Value.of(false));
        expected.put("dob", Value.of("1990-02-28"));
        expected.put("firstname", Value.of("Jon \"J\""));
        expected.put("gender", Value.of("Male"));
        expected.put("lastname", Value.of("Doe"));
        expected.put("middlename", Value.MISSING);
        expected.put("prefix", Value.of("Mr."));
        expected.put("suffix", Value.of("Jr."));
        expected.put("taxvat", Value.of("DE123"));
        assertThat(values(upsert)).isEqualTo(expected);
    }

    @Test
    void shouldLeaveWhatAnEmptyCellLeavesAndRemoveTheRest() {
        final Command.SubjectUpsert upsert = (Command.SubjectUpsert)only(
            "entity_id,email,_website,group_id,created_at,firstname,gender\n7,,,,,,\n").command();

        assertThat(upsert.website()).isNull();
        assertThat(upsert.group()).isNull();
        assertThat(values(upsert)).isEqualTo(Map.of("firstname", Value.MISSING, "gender", Value.MISSING));
    }

    @Test
    void shouldReadCustomAttributesByTheirType() {
        final Command.SubjectUpsert upsert = (Command.SubjectUpsert)only(
            "entity_id,interests,limit,score,rewardPoints,disable_auto_group_change,dob,createdAt,firstname\n"
                + "7,\"7, 9,,\",12.50,1e3,-4,yes,1990-02-28 00:00:00,2015-10-30T12:49:47+01:00,\" two\nlines \"\n")
            .command();

        assertThat(values(upsert)).isEqualTo(Map.of("interests", Value.of(List.of("7", "9")),
            "limit", new Value.Decimal(125_000), "score", new Value.Floating(1000), "rewardPoints", Value.of(-4),
            "disableAutoGroupChange", Value.of(true), "dob", Value.of("1990-02-28"), "createdAt",
            Value.of(1_446_205_787_000L), "firstname", Value.of(" two\nlines ")));
    }

    @Test
    void shouldNameCustomersByWebsiteAndFoldedEmail() {
        assertThat(only("email,website_id\n ZOË@Straße.example ,7\n").customer()).isEqualTo(
            new Draft.Customer(null, "eu", "ZOË@Straße.example", "zoë@strasse.example"));
        assertThat(only("email,_website,entity_id\na@b.c,eu,42\n").customer())
            .isEqualTo(new Draft.Customer("42", "eu", "a@b.c", "a@b.c"));
    }

    @Test
    void shouldOnlyReadWhomARowNamesWhenItDeletes() {
        final List<Object> read = read("email,_website,dob,group_id\na@b.c,base,nonsense,nonsense\n", true, 1_000);

        assertThat(read).containsExactly(new Draft(new Command.SubjectDelete("", null),
            new Draft.Customer(null, "base", "a@b.c", "a@b.c")));
    }

    @Test
    void shouldTellWhatIsWrongWithARowAndGoOn() {
        final String head = "email,_website,website_id,group_id,dob,created_at,disable_auto_group_change,gender,limit,"
            + "score,rewardPoints,entity_id\n";
        final List<Object> read = read(head
            + "a@b.c,base,,,,,,,,,\n"
            + ",base,,,,,,,,,,\n"
            + "a@b.c,,,,,,,,,,,\n"
            + "a@b.c,mars,,,,,,,,,,\n"
            + "a@b.c,,99,,,,,,,,,\n"
            + "a@b.c,base,7,,,,,,,,,\n"
            + "a@b.c,base,x,,,,,,,,,\n"
            + "a@b.c,base,,gold,,,,,,,,\n"
            + "a@b.c,base,,65535,,,,,,,,\n"
            + "a@b.c,base,,,28.02.1990,,,,,,,\n"
            + "a@b.c,base,,,2023-02-29,,,,,,,\n"
            + "a@b.c,base,,,,yesterday,,,,,,\n"
            + "a@b.c,base,,,,2015-10-30 25:00:00,,,,,,\n"
            + "a@b.c,base,,,,,2,,,,,\n"
            + "a@b.c,base,,,,,,,1.23456,,,\n"
            + "a@b.c,base,,,,,,,,1e999,,\n"
            + "a@b.c,base,,,,,,,,,1.5,\n"
            + "no address,base,,,,,,,,,,\n"
            + "a@b.c,base,,,,,,,,,," + "4".repeat(65) + "\n"
            + "a@b.c,base,,,,,,\"" + "g".repeat(4097) + "\",,,,\n"
            + "a@b.c,base,,,,,,,,,,\n", false, 100);

        assertThat(read.subList(0, 20)).containsExactly(
            "2 INVALID ", "3 INVALID /email", "4 INVALID /_website", "5 UNKNOWN_WEBSITE /_website",
            "6 UNKNOWN_WEBSITE /website_id", "7 INVALID /website_id", "8 INVALID /website_id", "9 INVALID /group_id",
            "10 INVALID /group_id", "11 INVALID /dob", "12 INVALID /dob", "13 INVALID /created_at",
            "14 INVALID /created_at", "15 INVALID /disable_auto_group_change", "16 INVALID /limit",
            "17 INVALID /score", "18 INVALID /rewardPoints", "19 INVALID /email", "20 INVALID /entity_id",
            "21 INVALID /gender");
        assertThat(read.get(20)).isInstanceOf(Draft.class);
        assertThat(read).hasSize(21);
    }

    @Test
    void shouldCountTheLinesInsideOfRows() {
        assertThat(read("\ufeffemail,_website,firstname\r\n\r\na@b.c,base,\"one\ntwo\"\n,base,x\nb@b.c,base,\"open\n"
            + "c@b.c,base,x\n", false, 3)).satisfiesExactly(
                first -> assertThat(first).isInstanceOf(Draft.class),
                second -> assertThat(second).isEqualTo("5 INVALID /email"),
                third -> assertThat(third).isEqualTo("6 MALFORMED "),
                fourth -> assertThat(fourth).isInstanceOf(Draft.class));
    }

    @Test
    void shouldRefuseARowThatIsNotUtf8() {
        final byte[] file = "email,_website\na@b.c,base\nx@b.c,base\n".getBytes(StandardCharsets.UTF_8);
        file[file.length - 11] = (byte)0xFF;

        assertThat(read(file, false, 1_000)).satisfiesExactly(
            first -> assertThat(first).isInstanceOf(Draft.class),
            second -> assertThat(second).isEqualTo("3 MALFORMED "));
    }

    @Test
    void shouldRefuseAHeaderBeforeAnyRow() {
        assertThat(refusal("email,_website,shoe_size,password_hash,shoe_colour\na@b.c,base,,,\n"))
            .containsExactly("/shoe_size", "/shoe_colour");
        assertThat(refusal("email,_website,email\n")).containsExactly("/email");
        assertThat(refusal("email,_website,created_at,createdAt\n")).containsExactly("/createdAt");
        assertThat(refusal("_website,group_id\n")).containsExactly("/email");
        assertThat(refusal("email,group_id\n")).containsExactly("/_website");
        assertThat(refusal("email,,_website\n")).containsExactly("/");
        assertThat(refusal("email;_website\n")).containsExactly("/email;_website");
        assertThat(refusal("")).isEmpty();
        assertThat(refusal("\n\n")).isEmpty();
        assertThat(refusal("\"email\n")).isEmpty();
    }

    @Test
    void shouldPointToColumnsForFieldsOfTheCommand() {
        final CustomerCsv csv = csv(false);
        final byte[] file = "email,website_id,_store,dob,group_id\na@b.c,1,x,,\n".getBytes(StandardCharsets.UTF_8);
        csv.feed(file, file.length);
        final Command command = new Command.SubjectDelete("", null);
        while (csv.next()) {
            assertThat(catchThrowableOfType(LineFault.class, csv::draft)).isNull();
        }

        assertThat(csv.pointer(command, "/attributes/store")).isEqualTo("/_store");
        assertThat(csv.pointer(command, "/attributes/dob")).isEqualTo("/dob");
        assertThat(csv.pointer(command, "/group")).isEqualTo("/group_id");
        assertThat(csv.pointer(command, "/website")).isEqualTo("/website_id");
        assertThat(csv.pointer(command, "/key")).isEqualTo("/email");
        assertThat(csv.pointer(command, "")).isEmpty();
    }

    private CustomerCsv csv(final boolean isDelete) {
        return new CustomerCsv(new CustomerColumns.Declared(engine), isDelete);
    }

    private Draft only(final String file) {
        final List<Object> read = read(file, false, 1_000);
        assertThat(read).hasSize(1);
        assertThat(read.get(0)).isInstanceOf(Draft.class);
        return (Draft)read.get(0);
    }

    private List<Object> read(final String file, final boolean isDelete, final int pieceLength) {
        return read(file.getBytes(StandardCharsets.UTF_8), isDelete, pieceLength);
    }

    /** Drafts, and faults as {@code line code pointer}. */
    private List<Object> read(final byte[] file, final boolean isDelete, final int pieceLength) {
        final CustomerCsv csv = csv(isDelete);
        final List<Object> read = new ArrayList<>();
        for (int at = 0; at < file.length; at += pieceLength) {
            final int length = Math.min(pieceLength, file.length - at);
            final byte[] piece = new byte[length];
            System.arraycopy(file, at, piece, 0, length);
            csv.feed(piece, length);
            while (csv.next()) {
                take(csv, read);
            }
        }
        while (csv.last()) {
            take(csv, read);
        }
        return read;
    }

    private static void take(final CustomerCsv csv, final List<Object> into) {
        try {
            final Draft draft = csv.draft();
            if (draft != null) {
                into.add(draft);
            }
        } catch (final LineFault fault) {
            into.add(csv.number() + " " + fault.code() + " " + fault.pointer());
        }
    }

    /** Pointers of the problem that refuses the file. */
    private List<String> refusal(final String file) {
        final Problem problem = catchThrowableOfType(Problem.class, () -> read(file, false, 1_000));
        assertThat(problem).isNotNull();
        assertThat(problem.status()).isEqualTo(400);
        return problem.faults().stream().map(Fault::pointer).toList();
    }

    private static Map<String, Object> values(final Command.SubjectUpsert upsert) {
        final Map<String, Object> values = new LinkedHashMap<>();
        for (final NamedValue value : upsert.attributes()) {
            values.put(value.name(), value.value());
        }
        return values;
    }
}
