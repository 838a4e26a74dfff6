@echo off
rem Installs without a network, then opens the desk or JupyterLab: start.cmd [desk^|lab^|year-end^|install^|gy1100 ...]
chcp 65001 > nul
setlocal
cd /d "%~dp0"
set PYTHONUTF8=1
set python=py -3
where py > nul 2> nul || set python=python
%python% -c "import sys; sys.exit(sys.version_info < (3, 11))" 2> nul || (
  echo 请先安装 Python 3.11 以上，见 使用说明.html · install Python 3.11 or later first
  pause & exit /b 1
)
for /f %%v in ('%python% -c "import sys; print('%%d.%%d' %% sys.version_info[:2])"') do set version=%%v
if not exist requirements-windows-%version%.txt (
  echo 这个文件夹没有 Python %version% 的安装包，只有 · there are no packages for this Python, only for:
  dir /b requirements-windows-*.txt
  pause & exit /b 1
)
if not exist .venv\installed-%version% (
  echo 第一次安装，约两分钟…… · installing, about two minutes
  %python% -m venv --clear .venv || goto failed
  .venv\Scripts\python -m pip --disable-pip-version-check install -qq --no-index --find-links wheels --require-hashes --no-deps -r requirements-windows-%version%.txt || goto failed
  .venv\Scripts\python -m pip --disable-pip-version-check install -qq --no-index --find-links wheels --no-deps gy1100 || goto failed
  mkdir .venv\share\jupyter\lab\settings 2> nul
  > .venv\share\jupyter\lab\settings\overrides.json echo {"@jupyterlab/translation-extension:plugin": {"locale": "zh_CN"}, "@jupyterlab/apputils-extension:notification": {"fetchNews": "false", "checkForUpdates": false}}
  > .venv\installed-%version% echo %version%
)
set choice=%1
if "%choice%"=="" (
  echo 1 评审台 · the review desk    2 笔记本 · JupyterLab    3 示例考核 · the sample's year-end
  set /p choice=1/2/3: 
)
for /f "tokens=1,*" %%a in ("%*") do set rest=%%b
if "%choice%"=="1" set choice=desk
if "%choice%"=="2" set choice=lab
if "%choice%"=="3" set choice=year-end
if "%choice%"=="desk" .venv\Scripts\gy1100 review %rest%
if "%choice%"=="lab" .venv\Scripts\jupyter lab notebooks\start.ipynb %rest%
if "%choice%"=="year-end" .venv\Scripts\gy1100 year-end %rest%
if "%choice%"=="gy1100" .venv\Scripts\gy1100 %rest%
if "%choice%"=="install" echo 已安装 · installed
if errorlevel 1 pause
exit /b %errorlevel%

:failed
echo 安装没有完成 · the installation failed
pause
exit /b 1
