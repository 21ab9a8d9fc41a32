package io.nearside;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Calendar;
import java.util.Date;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class KeysTest {

  @Test
  void partsAreJoined() {
    assertThat(Keys.of("app", "user", 123, "profile").key()).isEqualTo("app:user:123:profile");
    UUID id = new UUID(1, 2);
    assertThat(Keys.of(id, LocalDate.of(2026, 1, 2), new BigDecimal("1.50"), true, 'c').key())
        .isEqualTo(id + ":2026-01-02:1.50:true:c");
    assertThat(Keys.of(TimeUnit.DAYS, 5L)).hasToString("DAYS:5");
  }

  @Test
  void parametersStandInTheOrderOfTheirNames() {
    Keys list = Keys.of("list");
    Keys one = list.with("page", 2).with("sort", "name");
    Keys other = list.with("sort", "name").with("page", 2);
    assertThat(one.key()).isEqualTo("list?page=2&sort=name");
    assertThat(one).isEqualTo(other).hasSameHashCodeAs(other).isNotEqualTo(list);
    assertThatThrownBy(() -> one.with("page", 3))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("\"page\"");
  }

  @Test
  void structureAndControlCharactersInPartsAreEscaped() {
    assertThat(Keys.of("a:b", "{c}", "d e", "100%", "f\n\u0085", "\ud83d", "\ud83d\ude00ä").key())
        .isEqualTo("a%3Ab:%7Bc%7D:d%20e:100%25:f%0A%85:%uD83D:\ud83d\ude00ä");
    assertThat(Keys.of("a").with("b=c", "d&e?").key()).isEqualTo("a?b%3Dc=d%26e%3F");
  }

  @Test
  void otherPartsMakeAnotherKey() {
    List<Keys> keys = new ArrayList<>();
    String[] texts = {"", ":", "a", "a:", "%3A", "{", "}", "?", "=", "&", "?a=b", "%"};
    for (String one : texts) {
      keys.add(Keys.of(one));
      for (String two : texts) {
        keys.add(Keys.of(one, two));
        keys.add(Keys.of(one).with("a", two));
        keys.add(Keys.of("a").with(one, two));
        keys.add(Keys.of(one, two).tagged(2));
      }
    }
    long different = keys.stream().map(Keys::key).distinct().count();
    // of("a").with("a", two) is made twice
    assertThat(different).isEqualTo(keys.size() - texts.length);
  }

  @Test
  void theFirstPartsAreAHashTagOnRequest() {
    Keys keys = Keys.of("user", 42, "profile").with("v", 1);
    assertThat(keys.tagged(2).key()).isEqualTo("{user:42}:profile?v=1");
    assertThat(keys.tagged(3).key()).isEqualTo("{user:42:profile}?v=1");
    assertThatThrownBy(() -> keys.tagged(4)).hasMessage("tagged parts must be 1 to 3, was 4");
    assertThatThrownBy(() -> keys.tagged(0)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Keys.of("", "a").tagged(1)).hasMessageContaining("empty");
  }

  static List<Object> refused() {
    return List.of(
        new Date(0),
        new java.sql.Timestamp(0),
        Calendar.getInstance(),
        Instant.EPOCH,
        LocalDateTime.MIN,
        Instant.EPOCH.atZone(ZoneOffset.UTC),
        Instant.EPOCH.atOffset(ZoneOffset.UTC),
        1.5,
        1.5f,
        new Object(),
        new int[0],
        List.of("a"),
        new StringBuilder("a"));
  }

  @ParameterizedTest
  @MethodSource("refused")
  void whatHasNoLastingTextIsRefused(Object part) {
    assertThatThrownBy(() -> Keys.of("a", part))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(part.getClass().getName());
    assertThatThrownBy(() -> Keys.of("a").with("b", part))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aKeyNeedsAPart() {
    assertThatThrownBy(Keys::of).isInstanceOf(IllegalArgumentException.class);
  }
}
