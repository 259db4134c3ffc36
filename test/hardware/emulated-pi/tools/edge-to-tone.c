/*
 * The least a program does between a button and a loudspeaker: waits for a falling edge of a GPIO line and hands a tone
 * to ALSA at once, on a stream that is open and prepared. What it takes is the machine's own share of a press.
 *
 *   edge-to-tone GPIO DEVICE BUFFER_FRAMES PERIOD_FRAMES
 *
 * The line is exported already. Says "listening" when it is ready.
 */
#include <alsa/asoundlib.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define RATE_HZ 44100
#define CHANNELS 2
/* 20 ms: longer than a period, so that the card begins with the first write. */
#define TONE_FRAMES 882
/* A square wave of 1 kHz at a quarter of full scale: its first sample can be heard. */
#define HALF_WAVE_FRAMES 22
#define LEVEL 8192

static void must(int result, const char *what) {
  if (result >= 0) return;
  fprintf(stderr, "edge-to-tone: %s: %s\n", what, snd_strerror(result));
  exit(1);
}

static snd_pcm_t *open_card(const char *device, snd_pcm_uframes_t buffer, snd_pcm_uframes_t period) {
  snd_pcm_t *pcm;
  snd_pcm_hw_params_t *hardware;
  snd_pcm_sw_params_t *software;
  must(snd_pcm_open(&pcm, device, SND_PCM_STREAM_PLAYBACK, 0), device);
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
  must(snd_pcm_sw_params_current(pcm, software), "start");
  must(snd_pcm_sw_params_set_start_threshold(pcm, software, 1), "start");
  must(snd_pcm_sw_params(pcm, software), "start");
  return pcm;
}

int main(int count, char **words) {
  static short tone[TONE_FRAMES * CHANNELS];
  char path[64], level;
  if (count != 5) return 2;
  for (int i = 0; i < TONE_FRAMES * CHANNELS; i++)
    tone[i] = i / CHANNELS / HALF_WAVE_FRAMES % 2 ? -LEVEL : LEVEL;
  snd_pcm_t *pcm = open_card(words[2], strtoul(words[3], NULL, 10), strtoul(words[4], NULL, 10));
  snprintf(path, sizeof path, "/sys/class/gpio/gpio%s/value", words[1]);
  struct pollfd line = {.fd = open(path, O_RDONLY), .events = POLLPRI};
  if (line.fd < 0) return 1;
  if (pread(line.fd, &level, 1, 0) != 1) return 1;
  puts("listening");
  fflush(stdout);
  while (poll(&line, 1, -1) > 0) {
    if (pread(line.fd, &level, 1, 0) != 1) return 1;
    if (level != '0') continue;
    must((int)snd_pcm_writei(pcm, tone, TONE_FRAMES), "write");
    must(snd_pcm_drain(pcm), "end");
    must(snd_pcm_prepare(pcm), "prepare");
  }
  return 1;
}
