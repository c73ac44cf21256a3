package io.tagma.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.tagma.server.AdminClient.Reply;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Magento's customer CSV through HTTP into a running server. */
class MagentoCustomersTest {
    private static final String START = "2026-03-10T12:00:00Z";
    private static final String TARGET = "/v1/import/magento-customers";
    private static final String MAGENTOS = "email,_website,_store,confirmation,created_at,created_in,"
        + "disable_auto_group_change,dob,firstname,gender,group_id,lastname,middlename,password_hash,prefix,rp_token,"
        + "rp_token_created_at,store_id,suffix,taxvat,website_id,password\n";
    private static final int MANY = 50_000;

    private TagmaServer server;
    private AdminClient admin;

    @BeforeEach
    void start() {
        server = TagmaServer.start(new ServerConfig("127.0.0.1", 0, 0, null, Instant.parse(START).toEpochMilli(), 0,
            200_000), failure -> {
                throw new AssertionError("the log has failed", failure);
            });
        admin = new AdminClient(server.adminPort());
        admin.put("/v1/attributes/interests", "{'type':'ENUM_SET'}").expect(201);
        admin.post("/v1/groups", "{'id':7,'code':'Händler'}").expect(201);
        admin.put("/v1/websites/eu", "{'id':7,'defaultGroupId':7}").expect(201);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private Reply post(final String query, final String csv) {
        return admin.send("POST", TARGET + query, csv, "Content-Type", "text/csv");
    }

    /** Imports; the answer's lines. */
    private List<JsonNode> run(final String query, final String csv) {
        return post(query, csv).expect(200).lines();
    }

    /** Imports a file of which every row is good. */
    private void good(final String csv) {
        assertThat(run("", csv)).as(csv).hasSize(1);
    }

    private static String summary(final List<JsonNode> answer) {
        final JsonNode last = answer.get(answer.size() - 1);
        return last.get("lines") + " " + last.get("applied") + " " + last.get("failed");
    }

    /** Failed rows as {@code line code pointer}. */
    private static List<String> faults(final List<JsonNode> answer) {
        final List<String> faults = new ArrayList<>();
        for (final JsonNode line : answer) {
            if (line.has("error")) {
                assertThat(line.at("/error/detail").textValue()).isNotBlank();
                faults.add(line.get("line") + " " + line.at("/error/code").textValue() + " "
                    + line.at("/error/pointer").textValue());
            }
        }
        return faults;
    }

    private JsonNode subject(final String key) {
        return admin.get("/v1/subjects/" + key.replace("ë", "%C3%AB").replace(" ", "%20")).expect(200).json();
    }

    private long subjects() {
        return admin.get("/v1/info").expect(200).json().get("subjects").longValue();
    }

    @Test
    void shouldImportWhatMagentoExports() {
        final List<JsonNode> answer = run("", "\ufeff" + MAGENTOS
            + "jondoe@example.com,base,default,,\"2015-10-30 12:49:47\",\"Default Store View\",1,1990-02-28,Jon,Male,2,"
            + "Doe,,d708be3f:xyz:1,,,,1,,,1,\r\n"
            + "zoë@example.com,eu,german,,,,0,,\"Zoë\nMaria\",,,Łódź,,,,,,,,,,geheim\r\n");

        assertThat(summary(answer)).as("%s", answer).isEqualTo("4 2 0");
        assertThat(answer.get(0).get("position").longValue()).isPositive();
        final JsonNode jon = subject("jondoe@example.com");
        assertThat(jon.get("kind").textValue()).isEqualTo("customer");
        assertThat(jon.get("website").textValue()).isEqualTo("base");
        assertThat(jon.get("group").intValue()).isEqualTo(2);
        assertThat(jon.get("attributes")).isEqualTo(AdminClient.parse(AdminClient.quoted(
            "{'email':'jondoe@example.com','firstname':'Jon','lastname':'Doe','store':'default',"
                + "'createdIn':'Default Store View','gender':'Male','dob':'1990-02-28',"
                + "'createdAt':'2015-10-30T12:49:47Z','disableAutoGroupChange':true}")));
        final JsonNode zoe = subject("zoë@example.com");
        assertThat(zoe.get("group").intValue()).isEqualTo(7);
        assertThat(zoe.at("/attributes/firstname").textValue()).isEqualTo("Zoë\nMaria");
        assertThat(zoe.at("/attributes/lastname").textValue()).isEqualTo("Łódź");
        assertThat(zoe.toString()).doesNotContain("geheim");
    }

    @Test
    void shouldFindCustomersByEntityIdElseByWebsiteAndEmail() {
        admin.ingest("{'op':'subject.upsert','key':'1','attributes':{'email':'Ada@Mail.example'}}",
            "{'op':'subject.upsert','key':'2','website':'eu','attributes':{'email':'ada@mail.example'}}",
            "{'op':'subject.upsert','key':'3','attributes':{'email':'bob@mail.example'}}");

        good("email,_website,entity_id,firstname,group_id\n"
            + "ADA@mail.EXAMPLE,base,,by e-mail,2\n"
            + "ada@mail.example,eu,,of eu,\n"
            + "bob2@mail.example,base,3,by id,3\n"
            + "bob@mail.example,base,,new,\n"
            + "new@mail.example,base,42,new with id,\n");

        assertThat(subject("1").at("/attributes/firstname").textValue()).isEqualTo("by e-mail");
        assertThat(subject("1").at("/attributes/email").textValue()).isEqualTo("ADA@mail.EXAMPLE");
        assertThat(subject("2").at("/attributes/firstname").textValue()).isEqualTo("of eu");
        assertThat(subject("3").at("/attributes/email").textValue()).isEqualTo("bob2@mail.example");
        assertThat(subject("bob@mail.example").at("/attributes/firstname").textValue()).isEqualTo("new");
        assertThat(List.of(admin.groupOf("1"), admin.groupOf("2"), admin.groupOf("3"), admin.groupOf("42"),
            admin.groupOf("bob@mail.example"))).containsExactly(2, 7, 3, 1, 1);
        assertThat(subjects()).isEqualTo(5);
    }

    @Test
    void shouldCountRowsOfTheSameFile() {
        good("email,_website,entity_id,firstname,lastname\n"
            + "a@b.c,base,,first,A\n"
            + "A@B.c,base,,second,\n"
            + "c@b.c,base,9,third,\n"
            + "C@b.c,base,,fourth,C\n"
            + "d@b.c,base,9,fifth,\n"
            + "c@b.c,base,,sixth,\n");

        assertThat(subject("a@b.c").get("attributes")).isEqualTo(AdminClient.parse(
            "{\"email\":\"A@B.c\",\"firstname\":\"second\"}"));
        assertThat(subject("9").get("attributes")).isEqualTo(AdminClient.parse(
            "{\"email\":\"d@b.c\",\"firstname\":\"fifth\",\"lastname\":null}".replace(",\"lastname\":null", "")));
        assertThat(subject("c@b.c").at("/attributes/firstname").textValue()).isEqualTo("sixth");
        assertThat(subjects()).isEqualTo(3);
    }

    @Test
    void shouldLetARowWaitForAnEarlierOneOfTheSameCustomer() {
        good("email,_website,entity_id,firstname\n"
            + "a@b.c,base,9,first\n"
            + ",eu,9,moves\n"
            + "a@b.c,eu,,found where he moved\n");
        final List<JsonNode> answer = run("", "email,_website,entity_id,firstname\n"
            + ",eu,key@b.c,has an e-mail as key\n"
            + "key@b.c,base,,is another\n");

        assertThat(subject("9").at("/attributes/firstname").textValue()).isEqualTo("found where he moved");
        assertThat(faults(answer)).containsExactly("3 CONFLICT /email");
        assertThat(subject("key@b.c").get("website").textValue()).isEqualTo("eu");
        assertThat(subjects()).isEqualTo(2);
    }

    @Test
    void shouldChangeOnlyWhatColumnsSay() {
        admin.ingest("{'op':'subject.upsert','key':'1','website':'eu','group':3,'attributes':{'email':'a@b.c',"
            + "'firstname':'Ada','lastname':'L','createdAt':'2014-01-01T10:00:00Z','rewardPoints':9}}");

        good("email,_website,group_id,created_at,firstname,interests\na@b.c,eu,,,,\"7,9\"\n");

        assertThat(subject("1").get("group").intValue()).isEqualTo(3);
        assertThat(subject("1").get("attributes")).isEqualTo(AdminClient.parse(AdminClient.quoted(
            "{'email':'a@b.c','lastname':'L','createdAt':'2014-01-01T10:00:00Z','rewardPoints':9,"
                + "'interests':['7','9']}")));
    }

    @Test
    void shouldGoOnAfterBadRowsAndTellTheirLines() {
        admin.ingest("{'op':'subject.upsert','key':'1','attributes':{'email':'twice@b.c'}}",
            "{'op':'subject.upsert','key':'2','attributes':{'email':'TWICE@b.c'}}",
            "{'op':'view','key':'v','product':'p'}", "{'op':'view','key':'v@b.c','product':'p'}",
            "{'op':'subject.upsert','key':'eu@b.c','website':'eu','attributes':{'email':'eu@b.c'}}");

        final List<JsonNode> answer = run("", "email,_website,entity_id,group_id,dob,firstname\n"
            + "good-1@b.c,base,,,,\"two\nlines\"\n"
            + "twice@b.c,base,,2,,\n"
            + "group@b.c,base,,99,,\n"
            + "group@b.c,base,,0,,\n"
            + "group@b.c,base,,32000,,\n"
            + "mars@b.c,mars,,,,\n"
            + "x@b.c,base,v,,,\n"
            + "v@b.c,base,,,,\n"
            + "eu@b.c,base,,,,\n"
            + "dob@b.c,base,,,tomorrow,\n"
            + "short@b.c,base\n"
            + "quote@b.c,base,,,,\"open\n"
            + "x".repeat(61) + "@b.c,base,,,,\n"
            + "future@b.c,base,,,9999-99-99,\n"
            + "\"good\"-2@b.c,base,,,,\n"
            + "good-3@b.c,base,,3,,\"the \"\"last\"\"\"\n");

        assertThat(faults(answer)).containsExactly("4 CONFLICT /email", "5 INVALID /group_id", "6 INVALID /group_id",
            "7 INVALID /group_id", "8 UNKNOWN_WEBSITE /_website", "9 CONFLICT /entity_id", "10 CONFLICT /email",
            "11 CONFLICT /email", "12 INVALID /dob", "13 INVALID ", "14 MALFORMED ", "15 INVALID /email",
            "16 INVALID /dob", "17 MALFORMED ");
        assertThat(answer.get(0).at("/error/detail").textValue()).startsWith("2 customers");
        assertThat(summary(answer)).isEqualTo("18 2 14");
        assertThat(admin.groupOf("good-3@b.c")).isEqualTo(3);
        assertThat(subject("good-1@b.c").at("/attributes/firstname").textValue()).isEqualTo("two\nlines");
        assertThat(subjects()).isEqualTo(7);
    }

    @Test
    void shouldRefuseAFileBeforeAnyRow() {
        final String row = "a@b.c,base,1\n";
        final JsonNode unknown = post("", "email,_website,shoe_size\n" + row).expect(400).json();
        assertThat(unknown.at("/errors/0/pointer").textValue()).isEqualTo("/shoe_size");
        post("", "email,_website,email\n" + row).expect(400);
        post("", "email,group_id,firstname\n" + row).expect(400);
        post("", "").expect(400);
        post("?behavior=append", "email,_website,group_id\n" + row).expect(400);
        post("?dryRun=perhaps", "email,_website,group_id\n" + row).expect(400);
        post("?delimiter=;", "email,_website,group_id\n" + row).expect(400);
        admin.send("POST", TARGET, "email,_website,group_id\n" + row, "Content-Type", "application/json").expect(415);
        assertThat(subjects()).isZero();
        good("email,_website,group_id\n" + row);
    }

    @Test
    void shouldChangeNothingInADryRun() {
        admin.ingest("{'op':'subject.upsert','key':'1','attributes':{'email':'a@b.c'}}");
        final String before = admin.get("/v1/subjects/1").expect(200).text();

        final List<JsonNode> answer = run("?dryRun=true", "email,_website,group_id,interests\n"
            + "a@b.c,base,2,\n" + "b@b.c,base,99,\n" + "c@b.c,base,,7\n" + "c@b.c,base,0,7\n");

        assertThat(faults(answer)).containsExactly("3 INVALID /group_id", "5 INVALID /group_id");
        assertThat(summary(answer)).isEqualTo("5 2 2");
        assertThat(answer.get(2).get("dryRun").booleanValue()).isTrue();
        assertThat(subjects()).isEqualTo(1);
        assertThat(admin.groupOf("1")).isEqualTo(1);
        assertThat(admin.get("/v1/subjects/1").expect(200).text()).isEqualTo(before);
    }

    @Test
    void shouldDeleteWhomRowsName() {
        admin.ingest("{'op':'subject.upsert','key':'1','attributes':{'email':'a@b.c'}}",
            "{'op':'subject.upsert','key':'2','website':'eu','attributes':{'email':'a@b.c'}}",
            "{'op':'subject.upsert','key':'3','attributes':{'email':'c@b.c'}}",
            "{'op':'view','key':'v','product':'p'}");

        final List<JsonNode> answer = run("?behavior=delete", "email,_website,entity_id,dob\n"
            + "A@b.c,base,,nonsense\n" + "a@b.c,base,,\n" + "b@b.c,base,,\n" + ",,3,\n" + ",,3,\n" + ",,v,\n");

        assertThat(faults(answer)).containsExactly("3 NOT_FOUND /email", "4 NOT_FOUND /email",
            "6 NOT_FOUND /entity_id", "7 CONFLICT /entity_id");
        assertThat(summary(answer)).isEqualTo("7 2 4");
        admin.get("/v1/subjects/1").expect(404);
        admin.get("/v1/subjects/2").expect(200);
        admin.get("/v1/subjects/3").expect(404);
        admin.get("/v1/subjects/v").expect(200);
    }

    @Test
    void shouldStreamManyRowsAndTellProgress() {
        final StringBuilder csv = new StringBuilder(MAGENTOS);
        for (int i = 0; i < MANY; i++) {
            csv.append("Customer").append(i).append("@mail.example,").append(i % 2 == 0 ? "base" : "eu")
                .append(",default,,\"2015-10-30 12:49:47\",,0,1990-02-28,Ann,Female,")
                .append(i % 10 == 0 ? "2" : i % 1_000 == 999 ? "99" : "").append(",Doe,,,,,,1,,,,\n");
        }

        final List<JsonNode> answer = run("?progress=true", csv.toString());

        assertThat(summary(answer)).isEqualTo((MANY + 1) + " " + (MANY - 50) + " 50");
        final List<JsonNode> progress = answer.stream().filter(line -> line.has("progress")).toList();
        assertThat(progress).hasSize(MANY / 5_000);
        assertThat(progress.get(3).at("/progress/applied").intValue()
            + progress.get(3).at("/progress/failed").intValue()).isEqualTo(20_000);
        assertThat(progress.get(9).at("/progress/fraction").doubleValue()).isEqualTo(1.0);
        assertThat(admin.get("/v1/groups/2").expect(200).json().get("count").intValue()).isEqualTo(MANY / 10);
        assertThat(admin.get("/v1/groups/7").expect(200).json().get("count").intValue()).isEqualTo(MANY / 2 - 50);
        assertThat(admin.get("/v1/builds").expect(200).json().get("items")).isEmpty();

        assertThat(summary(run("", csv.toString().replace("Customer", "CUSTOMER"))))
            .isEqualTo((MANY + 1) + " " + (MANY - 50) + " 50");
        assertThat(subjects()).isEqualTo(MANY - 50);
    }

    @Test
    void shouldReadGzip() throws IOException {
        final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
            gzip.write("email,_website\na@b.c,base\nb@b.c,base\n".getBytes(StandardCharsets.UTF_8));
        }

        final List<JsonNode> answer = admin.sendBytes(TARGET, bytes.toByteArray(), "Content-Encoding", "gzip")
            .expect(200).lines();

        assertThat(summary(answer)).isEqualTo("3 2 0");
    }
}
