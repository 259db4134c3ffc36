/*
 * Hears what a sound card plays, and when: writes the samples to one file and to another, line by line, how many frames
 * the card had given at which moment of CLOCK_MONOTONIC (nanoseconds). Ends, with whole files, on SIGTERM.
 *
 *   ear DEVICE SAMPLES MARKS
 *
 * Says "listening" when it is ready. Stereo S16 at 44.1 kHz. The buffer holds a second, so that a busy emulated machine
 * loses nothing; a line "overrun" in MARKS says that it did all the same. Ends too when the card goes.
 */
#include <alsa/asoundlib.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

#define RATE_HZ 44100
#define CHANNELS 2
#define BUFFER_FRAMES 44100
#define PERIOD_FRAMES 2205

static volatile sig_atomic_t is_over = 0;

static void end(int signal_number) {
  (void)signal_number;
  is_over = 1;
}

static void must(int result, const char *what) {
  if (result >= 0) return;
  fprintf(stderr, "ear: %s: %s\n", what, snd_strerror(result));
  exit(1);
}

static snd_pcm_t *open_card(const char *device) {
  snd_pcm_t *pcm;
  snd_pcm_hw_params_t *hardware;
  snd_pcm_sw_params_t *software;
  snd_pcm_uframes_t buffer = BUFFER_FRAMES, period = PERIOD_FRAMES;
  must(snd_pcm_open(&pcm, device, SND_PCM_STREAM_CAPTURE, 0), device);
  snd_pcm_hw_params_alloca(&hardware);
  must(snd_pcm_hw_params_any(pcm, hardware), "parameters");
  must(snd_pcm_hw_params_set_access(pcm, hardware, SND_PCM_ACCESS_RW_INTERLEAVED), "access");
  must(snd_pcm_hw_params_set_format(pcm, hardware, SND_PCM_FORMAT_S16_LE), "format");
  must(snd_pcm_hw_params_set_channels(pcm, hardware, CHANNELS), "channels");
  must(snd_pcm_hw_params_set_rate(pcm, hardware, RATE_HZ, 0), "rate");
  must(snd_pcm_hw_params_set_buffer_size_near(pcm, hardware, &buffer), "buffer");
  must(snd_pcm_hw_params_set_period_size_near(pcm, hardware, &period, NULL), "period");
  must(snd_pcm_hw_params(pcm, hardware), "setting");
  snd_pcm_sw_params_alloca(&software);
  must(snd_pcm_sw_params_current(pcm, software), "times");
  must(snd_pcm_sw_params_set_tstamp_mode(pcm, software, SND_PCM_TSTAMP_ENABLE), "times");
  must(snd_pcm_sw_params_set_tstamp_type(pcm, software, SND_PCM_TSTAMP_TYPE_MONOTONIC), "times");
  must(snd_pcm_sw_params(pcm, software), "times");
  return pcm;
}

int main(int count, char **words) {
  static short samples[PERIOD_FRAMES * CHANNELS];
  long long frames = 0;
  if (count != 4) return 2;
  FILE *sound = fopen(words[2], "w"), *marks = fopen(words[3], "w");
  if (!sound || !marks) return 1;
  /* No SA_RESTART: the read that waits for the card ends too. */
  struct sigaction ending = {.sa_handler = end};
  sigaction(SIGTERM, &ending, NULL);
  snd_pcm_t *pcm = open_card(words[1]);
  must(snd_pcm_start(pcm), "start");
  puts("listening");
  fflush(stdout);
  while (!is_over) {
    snd_pcm_uframes_t waiting;
    snd_htimestamp_t at;
    snd_pcm_sframes_t got = snd_pcm_readi(pcm, samples, PERIOD_FRAMES);
    if (got == -EPIPE) {
      fprintf(marks, "overrun\n");
      must(snd_pcm_prepare(pcm), "prepare");
      must(snd_pcm_start(pcm), "start");
      continue;
    }
    if (got == -EINTR) continue;
    must((int)got, "read");
    fwrite(samples, 2 * CHANNELS, got, sound);
    frames += got;
    if (snd_pcm_htimestamp(pcm, &waiting, &at) == 0)
      fprintf(marks, "%lld %lld\n", frames + (long long)waiting, at.tv_sec * 1000000000LL + at.tv_nsec);
  }
  return fclose(sound) || fclose(marks);
}
