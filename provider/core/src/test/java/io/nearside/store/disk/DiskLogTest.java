package io.nearside.store.disk;

import static io.nearside.NearsideHealth.Kind.JOURNAL_UNUSABLE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.nearside.codec.AllowList;
import io.nearside.codec.CodecContext;
import io.nearside.codec.KeyCodec;
import io.nearside.codec.KeyForms;
import io.nearside.codec.ValueCodec;
import io.nearside.config.RemoteCacheSettings;
import io.nearside.store.Trouble;
import io.nearside.store.WriteLog.Addition;
import io.nearside.store.WriteLog.Found;
import io.nearside.store.WriteLog.Outcome;
import io.nearside.store.WriteLog.Receipt;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import javax.cache.CacheException;
import javax.cache.integration.CacheWriterException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Writes that wait on disk. */
@Timeout(60)
class DiskLogTest {
  private static final long MEGABYTE = 1 << 20;

  @TempDir Path folder;

  private final List<DiskLog<?, ?>> opened = new ArrayList<>();

  /** What was said of each version. */
  private final Set<Long> safe = ConcurrentHashMap.newKeySet();

  private final Set<Long> refused = ConcurrentHashMap.newKeySet();

  @AfterEach
  void close() {
    BadDisk.heal();
    opened.forEach(DiskLog::close);
  }

  private static WriteForm<String, String> form() {
    ClassLoader loader = DiskLogTest.class.getClassLoader();
    AllowList allowed = AllowList.of("c", loader, List.of(String.class, String.class), List.of());
    CodecContext context = new CodecContext("c", String.class, String.class, loader, allowed);
    return new WriteForm<>(
        new KeyCodec(context, KeyForms.of(loader)),
        new ValueCodec(context, "fory", RemoteCacheSettings.Compression.DEFAULT, 16 * MEGABYTE));
  }

  private DiskLog<String, String> open(long maximumBytes) {
    DiskLog<String, String> log = DiskLog.open("c", folder, form(), maximumBytes);
    opened.add(log);
    return log;
  }

  private DiskLog<String, String> open() {
    return open(MEGABYTE);
  }

  private DiskLog<String, String> openOnBadDisk() {
    DiskLog<String, String> log =
        new DiskLog<>("c", BadDisk.name(folder.resolve("c.journal")), form(), MEGABYTE);
    opened.add(log);
    return log;
  }

  private Receipt add(
      DiskLog<String, String> log, long version, String key, @Nullable String value, Long... old) {
    return log.add(
        new Addition(log.form(key, value), version, 1_000 + version, List.of(old)),
        new Outcome() {
          @Override
          public void safe() {
            safe.add(version);
          }

          @Override
          public void refused() {
            refused.add(version);
          }
        });
  }

  private Path file() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(one -> one.toString().endsWith(".journal")).findFirst().orElseThrow();
    }
  }

  @Test
  void whatWasAddedIsFoundAgain() {
    DiskLog<String, String> log = open();
    assertThat(log.found()).isEmpty();
    add(log, 1, "a", "one").await();
    add(log, 2, "b", null).await();
    assertThat(safe).containsExactlyInAnyOrder(1L, 2L);
    log.close();
    assertThat(open().found())
        .containsExactly(
            new Found<>("a", "one", 1, 1_001, 0, null), new Found<>("b", null, 2, 1_002, 0, null));
  }

  @Test
  void aNewerWriteTakesThePlaceOfOlderOnes() {
    DiskLog<String, String> log = open();
    add(log, 1, "a", "one").await();
    add(log, 2, "b", "two").await();
    add(log, 3, "a", "three", 1L).await();
    log.close();
    assertThat(open().found()).extracting(Found::value).containsExactly("two", "three");
  }

  @Test
  void whatWasRemovedIsNotFound() {
    DiskLog<String, String> log = open();
    add(log, 1, "a", "one").await();
    add(log, 2, "b", "two").await();
    log.remove(List.of(1L));
    assertThat(log.flush()).isTrue();
    log.close();
    assertThat(open().found()).extracting(Found::key).containsExactly("b");
  }

  @Test
  void aParkedWriteIsFoundWithItsFailure() {
    DiskLog<String, String> log = open();
    add(log, 1, "a", "one").await();
    add(log, 2, "b", "two").await();
    log.park(1, 8, "x".repeat(10_000));
    log.park(2, 8, "why");
    log.unpark(2);
    log.park(3, 8, "there is none");
    log.close();
    assertThat(open().found())
        .containsExactly(
            new Found<>("a", "one", 1, 1_001, 8, "x".repeat(2_000)),
            new Found<>("b", "two", 2, 1_002, 0, null));
  }

  @Test
  void aFullDiskRefusesAWriteAndKeepsTheOthers() {
    DiskLog<String, String> log = openOnBadDisk();
    add(log, 1, "a", "one").await();
    add(log, 2, "b", "two").await();
    BadDisk.fill();
    Receipt refusal = add(log, 3, "a", "three", 1L);
    assertThatExceptionOfType(CacheWriterException.class)
        .isThrownBy(refusal::await)
        .withMessageContaining("cache \"c\": its journal ")
        .withMessageContaining("nothing was changed")
        .withMessageContaining("no space left");
    assertThat(refused).containsExactly(3L);
    log.remove(List.of(2L)); // the source goes on taking what waits
    assertThat(log.flush()).isFalse();
    assertThat(log.trouble()).isNotNull().extracting(Trouble::kind).isEqualTo(JOURNAL_UNUSABLE);
    BadDisk.heal();
    add(log, 4, "d", "four").await();
    assertThat(log.trouble()).isNull();
    log.close();
    assertThat(openOnBadDisk().found()).extracting(Found::value).containsExactly("one", "four");
  }

  @Test
  void whatADiskDidNotConfirmIsTakenBack() {
    DiskLog<String, String> log = openOnBadDisk();
    add(log, 1, "a", "one").await();
    BadDisk.failToFlush();
    assertThatExceptionOfType(CacheWriterException.class)
        .isThrownBy(add(log, 2, "a", "two", 1L)::await);
    BadDisk.heal();
    assertThat(log.flush()).isTrue();
    log.close();
    assertThat(openOnBadDisk().found()).extracting(Found::value).containsExactly("one");
  }

  @Test
  void writesThatWaitHaveSoMuchRoom() {
    DiskLog<String, String> log = open(1_000);
    String half = "x".repeat(400);
    long bytes = log.form("a", half).bytes();
    assertThat(log.hasRoom(bytes)).isTrue();
    add(log, 1, "a", half).await();
    add(log, 2, "b", half);
    assertThat(log.hasRoom(bytes)).as("what is on its way counts").isFalse();
    log.remove(List.of(1L));
    assertThat(log.hasRoom(bytes)).isTrue();
    assertThatExceptionOfType(CacheWriterException.class)
        .isThrownBy(() -> log.form("a", half + half + half))
        .withMessageContaining("at most 1000")
        .withMessageContaining("writeBehind.maximumBytes");
    log.close();
    assertThat(open(1_000).hasRoom(1_000)).as("what was found counts").isFalse();
  }

  @Test
  void theFileDoesNotGrowWithWhatHasGone() throws IOException {
    DiskLog<String, String> log = open();
    String value = "x".repeat(1_000);
    add(log, 1, "stays", value).await();
    long version = 1;
    for (int round = 0; round < 150; round++) {
      List<Long> some = new ArrayList<>();
      for (int i = 0; i < 200; i++) {
        add(log, ++version, "k" + i, value);
        some.add(version);
      }
      log.remove(some);
      assertThat(log.flush()).isTrue();
    }
    log.close();
    assertThat(Files.size(file())).as("after 30 MB").isLessThan(20 * MEGABYTE);
    assertThat(open().found()).extracting(Found::key).containsExactly("stays");
  }

  @Test
  void anInterruptHarmsNothing() {
    DiskLog<String, String> log = open();
    Thread.currentThread().interrupt();
    add(log, 1, "a", "one").await();
    assertThat(Thread.interrupted()).as("it is told on").isTrue();
    add(log, 2, "b", "two").await();
    log.close();
    assertThat(open().found()).hasSize(2);
  }

  @Test
  void nothingIsTakenOnceClosed() {
    DiskLog<String, String> log = open();
    log.close();
    assertThatExceptionOfType(CacheWriterException.class)
        .isThrownBy(add(log, 1, "a", "one")::await)
        .withMessageContaining("closed");
    assertThat(log.flush()).isFalse();
  }

  private void refusesToOpen(String message) {
    assertThatExceptionOfType(CacheException.class)
        .isThrownBy(this::open)
        .withMessageContaining("cache \"c\"")
        .withMessageContaining("writeBehind.journal")
        .withMessageContaining(message);
  }

  @Test
  void aFileHasOneUser() {
    DiskLog<String, String> log = open();
    refusesToOpen("is in use by another process");
    add(log, 1, "a", "one").await();
    assertThat(safe).containsExactly(1L);
  }

  @Test
  void aDamagedFileIsRefusedAndLeftAsItIs() throws IOException {
    DiskLog<String, String> log = open();
    add(log, 1, "a", "one").await();
    log.close();
    byte[] garbage = "not a journal".repeat(1_000).getBytes(UTF_8);
    Files.write(file(), garbage);
    refusesToOpen("is damaged");
    assertThat(Files.readAllBytes(file())).isEqualTo(garbage);
  }

  @Test
  void aDamagedWriteIsRefused() throws IOException {
    DiskLog<String, String> log = open();
    add(log, 1, "a", "one").await();
    log.close();
    LogFile file = LogFile.open("c", file().toString());
    byte[] write = Objects.requireNonNull(file.remove(1));
    write[write.length - 1] ^= 1;
    file.put(1, write);
    file.commit();
    file.close();
    refusesToOpen("checksum");
    assertThat(file()).exists();
  }

  @Test
  void aMissingDirectoryIsNotMade() throws IOException {
    Files.delete(folder);
    refusesToOpen("is not there: make it, or mount its volume");
    assertThat(folder).doesNotExist();
    Files.createFile(folder);
    refusesToOpen("is none");
    Files.delete(folder);
    Files.createDirectory(folder);
  }

  @Test
  void aDirectoryThatCantBeWrittenIsRefused() {
    Path proc = Path.of("/proc/self");
    Assumptions.assumeTrue(Files.isDirectory(proc), "a directory that nobody may write");
    assertThatExceptionOfType(CacheException.class)
        .isThrownBy(() -> DiskLog.open("c", proc, form(), MEGABYTE))
        .withMessageContaining("cache \"c\": its journal /proc/self/c-")
        .withMessageContaining("see to the disk and its rights");
  }

  @Test
  void aMissingLibraryIsNamed() {
    assertThatExceptionOfType(CacheException.class)
        .isThrownBy(() -> DiskLog.requireLibrary("c", "org.h2.mvstore.NoSuchStore"))
        .withMessageContaining("cache \"c\"")
        .withMessageContaining("com.h2database:h2-mvstore");
  }

  @Test
  void namesOfFilesAreOfOneCacheEach() {
    List<String> names = List.of("a/b", "a_b", "A_b", "a", "../a", "x".repeat(500), "", "ä");
    assertThat(names.stream().map(FileNames::of))
        .doesNotHaveDuplicates()
        .allMatch(name -> name.matches("[A-Za-z0-9_-]{0,40}-[0-9a-f]{16}\\.journal"));
  }
}
