package io.nearside.store.disk;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.nearside.codec.AllowList;
import io.nearside.codec.CodecContext;
import io.nearside.codec.KeyCodec;
import io.nearside.codec.KeyForms;
import io.nearside.store.FakeClock;
import io.nearside.store.ReadLog.Read;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.cache.CacheException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** Which keys were read, on disk. */
@Timeout(60)
class ReadFolderTest {
  private static final String EMAIL = "customer.4711@example.com";

  @TempDir Path folder;

  private final FakeClock clock = new FakeClock();
  private final Logger logger = (Logger) LoggerFactory.getLogger("io.nearside.load");
  private final ListAppender<ILoggingEvent> logged = new ListAppender<>();

  @BeforeEach
  void listen() {
    clock.pass(Duration.ofDays(1));
    logged.start();
    logger.addAppender(logged);
  }

  @AfterEach
  void listenNoMore() {
    logger.detachAppender(logged);
  }

  private List<String> warnings() {
    return logged.list.stream().map(ILoggingEvent::getFormattedMessage).toList();
  }

  private ReadFolder<String> open(String cache, boolean clear) {
    ClassLoader loader = ReadFolderTest.class.getClassLoader();
    AllowList allowed = AllowList.of(cache, loader, List.of(String.class), List.of());
    CodecContext context = new CodecContext(cache, String.class, String.class, loader, allowed);
    return ReadFolder.open(
        new ReadFolder.Terms(cache, folder, clear, 100),
        new KeyCodec(context, KeyForms.of(loader)),
        clock);
  }

  private Read<String> read(String key, double heat) {
    return new Read<>(key, heat, clock.wallMillis());
  }

  private List<Path> files() throws IOException {
    try (Stream<Path> all = Files.list(folder)) {
      return all.filter(path -> path.toString().endsWith(".reads")).sorted().toList();
    }
  }

  @Test
  void keysAreKnownByHashesOnly() throws IOException {
    open("users", false).write(List.of(read(EMAIL, 3), read("x", 1)));
    ReadFolder<String> later = open("users", false);
    ToDoubleFunction<String> heats = later.heats();
    assertThat(heats.applyAsDouble(EMAIL)).isEqualTo(3);
    assertThat(heats.applyAsDouble("x")).isEqualTo(1);
    assertThat(heats.applyAsDouble("y")).isZero();
    assertThat(later.isClear()).isFalse();
    assertThat(later.hottest()).isEmpty();
  }

  @Test
  void nothingReadableOfAKeyIsInTheFolder() throws IOException {
    open("users", false).write(List.of(read(EMAIL, 3)));
    List<String> forms = new ArrayList<>(List.of("4711", "customer", "example"));
    for (String algorithm : List.of("MD5", "SHA-1", "SHA-256")) {
      for (String text : List.of(EMAIL, "s:" + EMAIL)) {
        forms.add(hash(algorithm, text).substring(0, 8));
      }
    }
    forms.add(Base64.getEncoder().encodeToString(EMAIL.getBytes(ISO_8859_1)).substring(0, 12));
    forms.add(new StringBuilder("4711").reverse().toString());
    try (Stream<Path> all = Files.list(folder)) {
      for (Path path : all.toList()) {
        assertThat(path.getFileName().toString()).doesNotContain("4711");
        String content = new String(Files.readAllBytes(path), ISO_8859_1);
        assertThat(forms).noneMatch(content::contains);
      }
    }
    open("users", true).write(List.of(read(EMAIL, 3)));
    assertThat(files()).anyMatch(path -> contains(path, EMAIL));
  }

  private static boolean contains(Path path, String text) {
    try {
      return new String(Files.readAllBytes(path), ISO_8859_1).contains(text);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static String hash(String algorithm, String text) {
    try {
      byte[] digest =
          java.security.MessageDigest.getInstance(algorithm).digest(text.getBytes(ISO_8859_1));
      return new String(digest, ISO_8859_1);
    } catch (java.security.NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void oneKeyHasDifferentHashesInTwoCachesAndUnderTwoSecrets() {
    byte[] secret = HexFormat.of().parseHex("11".repeat(32));
    byte[] other = HexFormat.of().parseHex("22".repeat(32));
    assertThat(
            Stream.of(
                new KeySeals(secret, "a").of("s:x"),
                new KeySeals(secret, "b").of("s:x"),
                new KeySeals(other, "a").of("s:x")))
        .doesNotHaveDuplicates();
    assertThat(new KeySeals(secret, "a").of("s:x")).isEqualTo(new KeySeals(secret, "a").of("s:x"));
  }

  @Test
  void theProcessUserAloneMayReadIt() throws IOException {
    Assumptions.assumeTrue(
        folder.getFileSystem().supportedFileAttributeViews().contains("posix"), "needs POSIX");
    open("users", true).write(List.of(read("x", 1)));
    try (Stream<Path> all = Files.list(folder)) {
      assertThat(all.toList())
          .hasSize(2)
          .allSatisfy(path ->
              assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path)))
                  .isEqualTo("rw-------"));
    }
  }

  @Test
  void clearKeysComeBackTheHottestFirst() {
    open("users", true).write(List.of(read("a", 1), read("b", 5), read("ä\n", 3)));
    ReadFolder<String> later = open("users", true);
    assertThat(later.hottest()).containsExactly("b", "ä\n", "a");
    assertThat(open("users", false).heats().applyAsDouble("b")).isEqualTo(5);
    assertThat(open("others", true).hottest()).isEmpty();
  }

  @Test
  void nodesThatShareAFolderAddUpWhatTheyKnow() throws IOException {
    ReadFolder<String> one = open("users", false);
    ReadFolder<String> two = open("users", false);
    one.write(List.of(read("a", 2), read("b", 1)));
    two.write(List.of(read("b", 4)));
    two.write(List.of(read("b", 3))); // instead
    ToDoubleFunction<String> heats = one.heats();
    assertThat(heats.applyAsDouble("b")).isEqualTo(4);
    assertThat(heats.applyAsDouble("a")).isEqualTo(2);
    assertThat(files()).hasSize(2);
  }

  @Test
  void heatFadesAndWhatIsOldIsDeleted() throws IOException {
    open("users", true).write(List.of(read("old", 8)));
    clock.pass(Duration.ofMinutes(40));
    ReadFolder<String> later = open("users", true);
    later.write(List.of(read("new", 3)));
    assertThat(later.hottest()).containsExactly("new", "old");
    assertThat(later.heats().applyAsDouble("old")).isEqualTo(2);
    clock.pass(Duration.ofMinutes(21));
    assertThat(later.hottest()).containsExactly("new");
    assertThat(files()).hasSize(2);
    ReadFolder<String> last = open("users", true);
    assertThat(files()).hasSize(1);
    assertThat(last.hottest()).containsExactly("new");
  }

  @Test
  void theFilesOfACacheAreBounded() throws IOException {
    for (int run = 0; run < ReadFolder.MAXIMUM_FILES + 5; run++) {
      clock.pass(Duration.ofSeconds(1));
      open("users", true).write(List.of(read("k" + run, 1)));
    }
    assertThat(files()).hasSize(ReadFolder.MAXIMUM_FILES);
    assertThat(open("users", true).hottest()).contains("k68").doesNotContain("k0");
  }

  @Test
  void asManyKeysAreHadBackAsAreWanted() {
    for (int run = 0; run < 4; run++) {
      int start = 80 * run;
      open("users", true)
          .write(IntStream.range(start, start + 80).mapToObj(i -> read("k" + i, i + 1)).toList());
    }
    List<String> keys = open("users", true).hottest();
    assertThat(keys).hasSize(100).startsWith("k319", "k318").endsWith("k220");
  }

  @Test
  void whatIsNotWholeIsSkippedWithAWarning() throws IOException {
    open("users", true).write(List.of(read("a", 1)));
    Path good = files().get(0);
    byte[] bytes = Files.readAllBytes(good);
    String start = good.getFileName().toString().replaceAll("\\..*", ".");
    Files.write(folder.resolve(start + "torn.reads"), Arrays.copyOf(bytes, bytes.length - 3));
    Files.write(folder.resolve(start + "empty.reads"), new byte[0]);
    Files.write(
        folder.resolve(start + "foreign.reads"), "not ours".repeat(100).getBytes(ISO_8859_1));
    Files.write(folder.resolve(start + "large.reads"), new byte[ReadsFile.MAXIMUM_BYTES + 1]);
    Files.createDirectory(folder.resolve(start + "directory.reads"));
    ReadFolder<String> later = open("users", true);
    assertThat(later.hottest()).containsExactly("a");
    assertThat(warnings())
        .hasSize(5)
        .allMatch(warning -> warning.startsWith("cache \"users\": ") && warning.contains("skipped"))
        .anyMatch(warning -> warning.contains("checksum is wrong, so it is not whole"))
        .anyMatch(warning -> warning.contains("it is no record of reads"))
        .anyMatch(warning -> warning.contains("it is larger than any"));
    assertThatCode(() -> later.write(List.of(read("b", 1)))).doesNotThrowAnyException();
  }

  @Test
  void noBytesDoHarm() {
    long seed = Long.getLong("test.seed", System.nanoTime());
    LoggerFactory.getLogger(ReadFolderTest.class).info("replay with -Dtest.seed={}", seed);
    Random random = new Random(seed);
    byte[] good =
        new ReadsFile(true, 1, 2, List.of(new ReadsFile.Key(new byte[] {'s', ':'}, 1, 2))).bytes();
    for (int i = 0; i < 20_000; i++) {
      byte[] bytes = Arrays.copyOf(good, random.nextInt(good.length + 4));
      for (int flip = random.nextInt(4); flip >= 0 && bytes.length > 0; flip--) {
        bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
      }
      if (bytes.length > 8 && random.nextBoolean()) { // who made it meant it
        java.util.zip.CRC32C crc = new java.util.zip.CRC32C();
        crc.update(bytes, 0, bytes.length - 4);
        java.nio.ByteBuffer.wrap(bytes).putInt(bytes.length - 4, (int) crc.getValue());
      }
      try {
        assertThat(ReadsFile.of(bytes).keys().size()).isLessThanOrEqualTo(1);
      } catch (ReadsFile.Damaged e) {
        assertThat(e).hasMessageContaining("it");
      }
    }
  }

  @Test
  void aFileIsBounded() throws Exception {
    byte[] longest = new byte[ReadsFile.MAXIMUM_KEY_BYTES];
    List<ReadsFile.Key> keys =
        IntStream.range(0, 20_000).mapToObj(i -> new ReadsFile.Key(longest, 1, 2)).toList();
    byte[] bytes = new ReadsFile(true, 1, 2, keys).bytes();
    assertThat(bytes.length).isLessThanOrEqualTo(ReadsFile.MAXIMUM_BYTES);
    assertThat(ReadsFile.of(bytes).keys().size()).isBetween(16_000, 17_000);
  }

  @Test
  void keysThatAreTooLongAreLeftOut() {
    ReadFolder<String> log = open("users", true);
    log.write(List.of(read("x".repeat(2_000), 9), read("y", 1)));
    assertThat(log.hottest()).containsExactly("y");
    ReadFolder<String> hashed = open("users", false);
    hashed.write(List.of(read("x".repeat(2_000), 9)));
    assertThat(hashed.heats().applyAsDouble("x".repeat(2_000))).isEqualTo(9);
  }

  @Test
  void aDamagedSecretIsMadeAnew() throws IOException {
    open("users", false).write(List.of(read("a", 1)));
    Files.write(folder.resolve("nearside-reads.secret"), new byte[7]);
    ReadFolder<String> later = open("users", false);
    assertThat(later.heats().applyAsDouble("a")).isZero();
    assertThat(warnings())
        .anyMatch(warning -> warning.contains("is damaged and is made anew"))
        .anyMatch(warning -> warning.contains("its keys were hashed by another secret"));
    later.write(List.of(read("a", 1)));
    assertThat(open("users", false).heats().applyAsDouble("a")).isEqualTo(1);
  }

  @Test
  void whenItCanNotBeWrittenItIsSaidOnce() throws IOException {
    ReadFolder<String> log = open("users", true);
    Files.delete(folder.resolve("nearside-reads.secret"));
    Files.delete(folder);
    log.write(List.of(read("a", 1)));
    log.write(List.of(read("a", 1)));
    log.write(List.of(read("a", 1)));
    assertThat(warnings())
        .hasSize(2) // the first and the second, not the third
        .allMatch(warning -> warning.contains("(warm.record.directory) can't be written"));
    assertThat(log.hottest()).isEmpty();
    Files.createDirectory(folder);
    log.write(List.of(read("a", 1)));
    assertThat(log.hottest()).containsExactly("a");
  }

  @Test
  void aFolderThatCanNotBeWrittenIsRefused() {
    Path readOnly = Path.of("/proc/self");
    Assumptions.assumeTrue(Files.isDirectory(readOnly), "needs Linux");
    ClassLoader loader = ReadFolderTest.class.getClassLoader();
    AllowList allowed = AllowList.of("c", loader, List.of(String.class), List.of());
    KeyCodec codec =
        new KeyCodec(
            new CodecContext("c", String.class, String.class, loader, allowed),
            KeyForms.of(loader));
    assertThatExceptionOfType(CacheException.class)
        .isThrownBy(
            () -> ReadFolder.open(new ReadFolder.Terms("c", readOnly, false, 100), codec, clock))
        .withMessageStartingWith("cache \"c\": warm.record.directory /proc/self can't be used (")
        .withMessageEndingWith(
            "): let the process's user read and write it, or take the setting out");
  }

  @Test
  void whatIsDestroyedIsGoneForAllNodes() throws IOException {
    open("users", true).write(List.of(read("a", 1)));
    open("others", true).write(List.of(read("o", 1)));
    ReadFolder<String> log = open("users", true);
    log.write(List.of(read("b", 1)));
    log.destroy();
    log.write(List.of(read("c", 1))); // which was under way
    assertThat(log.hottest()).isEmpty();
    assertThat(files()).hasSize(1);
    assertThat(open("others", true).hottest()).containsExactly("o");
  }

  @Test
  void manyThatBeginAtOnceAgreeOnTheSecret() throws Exception {
    List<Thread> threads = new ArrayList<>();
    List<ReadFolder<String>> opened = java.util.Collections.synchronizedList(new ArrayList<>());
    for (int i = 0; i < 8; i++) {
      Thread thread = new Thread(() -> opened.add(open("users", false)));
      threads.add(thread);
      thread.start();
    }
    for (Thread thread : threads) {
      thread.join();
    }
    assertThat(opened).hasSize(8);
    opened.forEach(log -> log.write(List.of(read("a", 1))));
    assertThat(opened).allMatch(log -> log.heats().applyAsDouble("a") == 8);
  }
}
