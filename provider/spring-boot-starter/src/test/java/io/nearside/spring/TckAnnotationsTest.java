package io.nearside.spring;

import static org.assertj.core.api.Assertions.assertThat;

import org.jsr107.tck.annotation.InterceptionCacheNameOnEachMethodTest;
import org.jsr107.tck.annotation.InterceptionUsingCacheConfigTest;
import org.jsr107.tck.annotation.InterceptionUsingDefaultCacheNameTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.runner.JUnitCore;
import org.junit.runner.Result;

@Tag("any-jdk")
class TckAnnotationsTest {

  /** Without a provider of beans they would pass by doing nothing. */
  @Test
  void theTestsOfTheKitPassWithBeansOfTheContainer() {
    Result result =
        JUnitCore.runClasses(
            InterceptionCacheNameOnEachMethodTest.class,
            InterceptionUsingCacheConfigTest.class,
            InterceptionUsingDefaultCacheNameTest.class);
    assertThat(result.getFailures()).isEmpty();
    assertThat(result.getRunCount()).isEqualTo(12);
    assertThat(result.getIgnoreCount()).isZero();
    assertThat(SpringBeanProvider.GIVEN).hasValueGreaterThanOrEqualTo(24);
  }
}
